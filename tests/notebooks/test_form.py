"""The form of a notebook: one set-up cell, small cells, no outputs, exercises with solutions."""

import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("[0-9][0-9]_*.ipynb"))


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


def _head(notebook):
    """What a notebook says of itself: minutes to read and for the exercises, as numbers."""
    found = re.search(r"(\d+) minutes to read, (\d+) for the exercises?;", notebook.cells[0].source)
    assert found, notebook.cells[0].source
    return tuple(map(int, found.groups()))


def _markdown(notebook):
    return [c.source for c in notebook.cells if c.cell_type == "markdown"]


def test_the_head_asks_and_tells_time_and_objectives(notebook):
    head = notebook.cells[0].source
    assert re.match(r"# \d · ", head)
    assert re.search(r"^\*\*.+\?\*\*$", head, re.M), "its bold line is a question"
    assert "to run" in head and all(minutes > 0 for minutes in _head(notebook))
    assert len(re.findall(r"^- \*\*\w+\*\*", head, re.M)) >= 3
    assert any("## Exercises" in text for text in _markdown(notebook))
    assert any("## What you can now say" in text for text in _markdown(notebook))


def test_no_title_holds_a_bold_answer(notebook):
    titles = re.findall(r"^#+ .*$", "\n".join(_markdown(notebook)), re.M)
    titles += [c.source.split("\n")[0] for c in _code(notebook) if "@title" in c.source]
    assert len(titles) >= 5 and not any("**" in title for title in titles)
    for title in titles:
        assert not re.search(r"\d %|: all |every \w+ (is|has|gives)", title), title


def test_a_guess_is_asked_for_kept_and_used_where_the_result_is_shown(notebook):
    guesses = _code(notebook, "guess")
    assert len(guesses) >= 2
    for cell in guesses:
        place = notebook.cells.index(cell)
        asks = notebook.cells[place - 1]
        assert asks.cell_type == "markdown"
        assert "?" in asks.source or re.search("[Pp]redict", asks.source)
        title, *lines = cell.source.split("\n")
        assert title == "# @title Your guess"
        for line in lines:
            name = re.match(
                r'([A-Z_]+) = (None  # @param {type:"raw"}|"no \w+ yet"  # @param \[)', line
            )
            assert name, line
            after = [c.source for c in notebook.cells[place + 1 :] if c.cell_type == "code"]
            assert any(re.search(rf"\b{name[1]}\b", source) for source in after), line


def _solution(cell):
    """The code that is folded in a solution's text."""
    found = re.fullmatch(
        r"<details>\n<summary>Solution</summary>\n\n```python\n(.*)\n```\n\n</details>",
        cell.source,
        re.S,
    )
    assert cell.cell_type == "markdown" and found, "a solution is text, which nobody runs unasked"
    return found[1]


def _exercises(notebook):
    """(text that asks, exercise, solution) of each exercise: markdown, code and markdown cells."""
    cells = notebook.cells
    tagged = [n for n, c in enumerate(cells) if "exercise" in c.metadata.get("tags", [])]
    assert tagged and not any("solution" in c.metadata.get("tags", []) for c in _code(notebook))
    return [(cells[n - 1].source, cells[n], cells[n + 1]) for n in tagged]


def test_a_solution_is_its_exercise_with_the_blanks_filled(notebook):
    for _, exercise, folded in _exercises(notebook):
        solution = _solution(folded)
        assert "..." in exercise.source and "..." not in solution
        blanks = r"(?s:.+?)".join(map(re.escape, exercise.source.split("...")))
        assert re.fullmatch(blanks, solution)
        assert re.search(r"^check\(", exercise.source, re.M), "it says pass, or gives a hint"


def test_no_answer_stands_in_a_cell_that_is_run(notebook):
    said = "\n".join(c.source for c in _code(notebook))
    for _, exercise, folded in _exercises(notebook):
        answers = set(_solution(folded).split("\n")) - set(exercise.source.split("\n"))
        assert answers and not any(answer in said for answer in answers)


def test_every_exercise_has_a_number_minutes_and_the_signature_that_its_solution_uses(notebook):
    minutes = {"core": 0, "second half": 0}
    half, exercises = "core", iter(_exercises(notebook))
    for cell in notebook.cells:
        if re.match("# The second half", cell.source):
            half = "second half"
        if "exercise" not in cell.metadata.get("tags", []):
            continue
        text, _, folded = next(exercises)
        [told] = re.findall(r"^\*\*Exercise \d · (\d+) minutes\.\*\* ", text, re.M)
        minutes[half] += int(told)
        signatures = re.findall(r"`([^`]*\)|[^`]*\]) → [^`]+`", text)
        assert signatures, "its form is `name(arguments) → what comes`"
        names = [re.findall(r"(\w+)[\[(]", signature)[-1] for signature in signatures]
        assert any(name in _solution(folded) for name in names)
    assert minutes["core"] == _head(notebook)[1]


def test_notebook_05_has_a_core_and_a_second_half_that_are_marked():
    [path] = [p for p in NOTEBOOKS if p.name.startswith("05")]
    notebook = nbformat.read(path, 4)
    titles = [c.source.split("\n")[0] for c in notebook.cells if c.cell_type == "markdown"]
    core, second = (
        titles.index("# The core"),
        titles.index("# The second half, for those who want it"),
    )
    assert core < titles.index("## What you can now say") < second
    assert "second half" in notebook.cells[0].source


def test_the_map_in_00_has_every_notebook_with_its_minutes():
    maps = "\n".join(_markdown(nbformat.read(NOTEBOOKS[0], 4)))
    rows = re.findall(r"\((\d\d_\w+\.ipynb)\) \|.*\| (\d+) \| (\d+) \| (\d+) \|$", maps, re.M)
    assert [name for name, *_ in rows] == [p.name for p in NOTEBOOKS[1:]]
    for name, *told, run in rows:
        notebook = nbformat.read(NOTEBOOKS[0].parent / name, 4)
        assert tuple(map(int, told)) == _head(notebook)
        assert 60 * int(run) >= notebook.metadata["train_again"]["seconds"], name


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
