"""Notebooks for nbmake: python -m tests.notebooks.solved FOLDER writes each with its solutions.

Behind an exercise, whose blanks stay, stands a cell that asks for "no answer yet"; behind a folded
solution its code, and a cell that asks for a pass. All other cells are as a reader runs them.
"""

import sys
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell

from tests.notebooks.test_form import NOTEBOOKS, _solution

LAST = "Out[max(Out)]"  # what the cell before came to; a notebook may use _ for something else


def main():
    """Write them all; returns the exit code."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for path in NOTEBOOKS:
        nbformat.write(solved(nbformat.read(path, 4)), folder / path.name)
    return 0


def solved(notebook):
    """The notebook with what is asked of its exercises and solutions."""
    notebook.cells = [more for cell in notebook.cells for more in (cell, *_asked(cell))]
    return notebook


def _asked(cell):
    tags = cell.metadata.get("tags", [])
    if "exercise" in tags:
        yield new_code_cell(f"assert {LAST}.passed is None, {LAST}")
    if "solution" in tags:
        yield new_code_cell(_solution(cell))
        yield new_code_cell(f"assert {LAST}.passed, {LAST}")


if __name__ == "__main__":
    sys.exit(main())
