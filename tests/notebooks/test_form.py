"""The form of a notebook: one set-up cell, small cells, no outputs, exercises with solutions."""

import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("[0-9][0-9]_*.ipynb"))
TITLE = '# @title Solution { display-mode: "form" }\n'


@pytest.fixture(params=NOTEBOOKS, ids=lambda p: p.stem)
def notebook(request):
    return nbformat.read(request.param, 4)


def _code(notebook, tag=None):
    cells = [c for c in notebook.cells if c.cell_type == "code"]
    return [c for c in cells if tag is None or tag in c.metadata.get("tags", [])]


def test_the_notebook_is_valid_and_empty_of_outputs(notebook):
    nbformat.validate(notebook)
    assert "widgets" not in notebook.metadata
    for cell in _code(notebook):
        assert not cell.outputs and cell.execution_count is None


def test_the_set_up_is_the_same_everywhere_and_the_protocol_is_chosen_where_it_is_used():
    cells = [[c.source for c in _code(nbformat.read(p, 4))] for p in NOTEBOOKS]
    assert len(cells) >= 5 and len({first for first, *_ in cells}) == 1
    used = re.compile(r"(?<!helpers\.)\bprotocol\b")
    asking = [more for _, *more in cells if any(map(used.search, more))]
    assert len(asking) >= 4 and len({first for first, *_ in asking}) == 1
    for first, *more in asking:
        assert first.startswith("# @title Protocol") and any(map(used.search, more))


def test_cells_are_short(notebook):
    lengths = [c.source.count("\n") + 1 for c in _code(notebook)]
    assert max(lengths) <= 20
    assert sorted(lengths)[len(lengths) // 2] <= 6


def test_no_function_is_defined_outside_an_exercise(notebook):
    for cell in _code(notebook):
        if not cell.metadata.get("tags"):
            assert not re.search(r"^\s*def ", cell.source, re.M)


def test_the_head_tells_claim_time_and_objectives(notebook):
    head = notebook.cells[0].source
    assert re.match(r"# \d · ", head)
    assert re.search(r"^\*\*.+\*\*$", head, re.M)
    assert "to read" in head and "to run" in head
    assert len(re.findall(r"^- \*\*\w+\*\*", head, re.M)) >= 3
    headings = [c.source for c in notebook.cells if c.cell_type == "markdown"]
    assert any("## Exercises" in text for text in headings)
    assert any("## What you can now say" in text for text in headings)


def test_a_solution_is_its_exercise_with_the_blanks_filled(notebook):
    exercises, solutions = _code(notebook, "exercise"), _code(notebook, "solution")
    assert exercises and len(exercises) == len(solutions)
    for exercise, solution in zip(exercises, solutions, strict=True):
        assert "..." in exercise.source and "..." not in solution.source
        blanks = r"(?s:.+?)".join(map(re.escape, exercise.source.split("...")))
        assert re.match(blanks, solution.source.removeprefix(TITLE))
        assert solution.metadata["jupyter"]["source_hidden"]


def _set_up(folder, before="", **environment):
    """The set-up cell where the package is not, in a folder and Python of its own."""
    source = _code(nbformat.read(NOTEBOOKS[0], 4))[0].source
    script = f"""
import importlib.util, os, re, subprocess, sys
real = importlib.util.find_spec
importlib.util.find_spec = lambda name, *a: None if name == "helpers" else real(name, *a)
called = []
subprocess.run = lambda command, check: called.append((command, check))
source = {source!r}
{before}
exec(source)
[(command, check)] = called
assert check and command[1:4] == ["-m", "pip", "install"], command
constraints = open(command[command.index("-c") + 1]).read()
assert "numpy==" in constraints and "tensorflow" in constraints
print(command[-1])
"""
    given = {k: v for k, v in os.environ.items() if k != "TRAIN_AGAIN_SOURCE"} | environment
    words = [sys.executable, "-c", script]
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, env=given)


ADDRESS = "https://github.com/somebody/something"
SET = f"""source = re.sub('REPOSITORY, TAG = ".*?"', 'REPOSITORY, TAG = "{ADDRESS}"', source)"""
UNSET = SET.replace(ADDRESS, "")


def test_the_set_up_cell_installs_the_release_of_its_address(tmp_path):
    """Without the package the cell calls pip once, with what is installed as constraints."""
    done = _set_up(tmp_path, SET)
    assert re.fullmatch(rf"train-again @ git\+{ADDRESS}@v[\d.]+\n", done.stdout), done.stderr


def test_without_an_address_the_set_up_cell_says_what_to_do_and_calls_nobody(tmp_path):
    done = _set_up(tmp_path, UNSET + "; subprocess.run = lambda *_, **__: print('called')")
    assert done.returncode and "called" not in done.stdout
    assert "No address is set: put a clone's folder into TRAIN_AGAIN_SOURCE." in done.stderr


def test_a_clone_is_installed_from_its_folder_and_another_source_as_it_is(tmp_path):
    done = _set_up(tmp_path, UNSET, TRAIN_AGAIN_SOURCE=".")
    assert done.stdout == f"train-again @ {tmp_path.resolve().as_uri()}\n", done.stderr
    done = _set_up(tmp_path, UNSET, TRAIN_AGAIN_SOURCE="git+https://example.org/x@v1")
    assert done.stdout == "train-again @ git+https://example.org/x@v1\n", done.stderr
