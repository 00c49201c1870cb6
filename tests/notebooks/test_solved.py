"""A wrong solution, and a blank that says pass, end the run of a notebook."""

import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tests.notebooks.solved import solved

EXERCISE = "from helpers.display.check import check\n\n_, bound = 0, ...\n"
FOLD = "<details>\n<summary>Solution</summary>\n\n```python\n{}\n```\n\n</details>"


def _run(answer, blank="..."):
    """A notebook of one exercise, its blank filled before it is run and in its solution."""
    source = EXERCISE + 'check("still_possible", bound, 42)'
    cells = [
        new_code_cell(source.replace("...", blank), metadata={"tags": ["exercise"]}),
        new_markdown_cell(
            FOLD.format(source.replace("...", answer)), metadata={"tags": ["solution"]}
        ),
    ]
    NotebookClient(solved(new_notebook(cells=cells))).execute()


def test_a_right_solution_behind_a_blank_passes():
    _run("1 - 0.05 ** (1 / 42)")


def test_a_wrong_solution_fails():
    with pytest.raises(CellExecutionError, match="not yet"):
        _run("3 / 42")


def test_an_exercise_that_comes_with_its_answer_fails():
    with pytest.raises(CellExecutionError, match="pass"):
        _run("1 - 0.05 ** (1 / 42)", blank="1 - 0.05 ** (1 / 42)")
