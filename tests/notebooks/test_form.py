"""The form of a notebook: one set-up cell, small cells, no outputs, exercises with solutions."""

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


def test_the_head_tells_claim_badge_time_and_objectives(notebook):
    head = notebook.cells[0].source
    assert re.match(r"# \d · ", head)
    assert re.search(r"^\*\*.+\*\*$", head, re.M)
    assert "colab-badge.svg" in head
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


def test_the_set_up_cell_installs_the_project_from_an_empty_folder(tmp_path):
    """Without the package the cell calls pip once, with what is installed as constraints."""
    source = _code(nbformat.read(NOTEBOOKS[0], 4))[0].source
    script = f"""
import importlib.util, subprocess, sys
real = importlib.util.find_spec
importlib.util.find_spec = lambda name, *a: None if name == "helpers" else real(name, *a)
called = []
subprocess.run = lambda command, check: called.append((command, check))
exec({source!r})
[(command, check)] = called
assert check and command[1:4] == ["-m", "pip", "install"], command
assert command[-1].startswith("train-again @ git+https://") and "@v" in command[-1]
constraints = open(command[command.index("-c") + 1]).read()
assert "numpy==" in constraints and "tensorflow" in constraints
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
