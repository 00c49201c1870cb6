"""The workshop runs notebooks, leaves their pages, and names the cell that failed."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers.display import workshop
from helpers.errors import InputError


@pytest.fixture
def folder(tmp_path):
    """A function that writes a numbered notebook of some cells into a folder."""
    place = tmp_path / "notebooks"
    place.mkdir()

    def write(name, *cells):
        notebook = new_notebook(cells=[new_markdown_cell("# One"), *map(new_code_cell, cells)])
        notebook.metadata["train_again"] = {"seconds": 5}
        nbformat.write(notebook, place / name)
        return place

    return write


def test_a_notebook_leaves_itself_executed_and_its_page(folder, tmp_path, monkeypatch):
    made = []
    monkeypatch.setattr(workshop, "_index", lambda paths, pages: made.append(paths) or "i")
    place = folder("01_sum.ipynb", "print(40 + 2)")
    said = []
    workshop.build(place, tmp_path / "build", said.append)
    executed = nbformat.read(tmp_path / "build" / "01_sum.ipynb", 4)
    assert executed.cells[1].outputs[0].text == "42\n"
    assert "42" in (tmp_path / "build" / "01_sum.html").read_text()
    assert "min left" in said[0] and "first pictures" in said[1] and "open" in said[-1]
    assert len(made) == 1


def test_a_failing_cell_is_named_and_what_was_done_is_kept(folder, tmp_path):
    place = folder("01_sum.ipynb", "print('before')", "1 / 0")
    with pytest.raises(InputError, match=r"01_sum\.ipynb stopped: ZeroDivisionError"):
        workshop.build(place, tmp_path / "build", lambda _: None)
    kept = nbformat.read(tmp_path / "build" / "01_sum.ipynb", 4)
    assert kept.cells[1].outputs[0].text == "before\n"


def test_time_left_follows_the_pace():
    assert workshop.time_left([60, 120], finished=0, elapsed=0) == "about 3.0 min left"
    twice_as_slow = workshop.time_left([60, 120], finished=1, elapsed=120)
    assert twice_as_slow == "about 4.0 min left"
