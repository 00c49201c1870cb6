"""Every notebook runs as it is, with its blanks, and each folded solution passes its own check.

python -m pytest tests/notebooks/solutions.py: takes minutes, so pytest alone leaves it out.
"""

import re
import subprocess

import nbformat
import pytest

from helpers.display import workshop
from tests.notebooks.test_form import NOTEBOOKS, _solution


def _with_solutions(notebook):
    """The notebook with a cell of code after each folded solution, to be run as well."""
    cells = []
    for cell in notebook.cells:
        cells.append(cell)
        if "solution" in cell.metadata.get("tags", []):
            cells.append(nbformat.v4.new_code_cell(_solution(cell), metadata={"tags": ["added"]}))
    notebook.cells = cells
    return notebook


def _said(notebook, tag):
    """What `check` said in the cells with a tag: list of texts."""
    cells = [c for c in notebook.cells if tag in c.metadata.get("tags", [])]
    results = [[o for o in c.outputs if o.output_type == "execute_result"] for c in cells]
    return [shown.data["text/plain"] for [shown] in results]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_blanks_stop_nobody_and_solutions_pass(path, cache, monkeypatch):
    monkeypatch.setenv("TRAIN_AGAIN_PROTOCOL", "smoke")
    notebook = _with_solutions(nbformat.read(path, 4))
    where = {"metadata": {"path": str(path.parent)}}
    workshop.Forwarding(notebook, timeout=None, resources=where).execute(stderr=subprocess.DEVNULL)
    blanks, solutions = _said(notebook, "exercise"), _said(notebook, "added")
    assert len(blanks) == len(solutions) > 0
    assert all("no answer yet" in text for text in blanks), blanks
    assert all(re.fullmatch(r"\w+: pass\.", text) for text in solutions), solutions
