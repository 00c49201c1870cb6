"""The instructor's page agrees with the notebooks: minutes, clock, errors that it quotes."""

import re
from pathlib import Path

import nbformat

from tests.notebooks.test_form import NOTEBOOKS, _head

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "INSTRUCTOR.md").read_text(encoding="utf-8")
MINUTES = re.findall(r"^\| (\d\d)[^|]*\| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", PAGE, re.M)
CLOCK = re.findall(r"^\| (\d+):(\d\d) \| (\d+) \| ([^|]+) \|$", PAGE, re.M)


def test_the_minutes_are_those_of_the_notebooks_and_fit_their_slots():
    assert [number for number, *_ in MINUTES] == [p.name[:2] for p in NOTEBOOKS]
    for path, (_, read, exercises, run, slot) in zip(NOTEBOOKS, MINUTES, strict=True):
        notebook = nbformat.read(path, 4)
        assert (int(read), int(exercises)) == _head(notebook)
        assert 60 * int(run) >= notebook.metadata["train_again"]["seconds"]
        assert int(slot) >= int(read) + int(exercises)


def test_the_clock_has_no_gap_and_gives_each_notebook_its_slot():
    starts = [60 * int(hour) + int(minute) for hour, minute, *_ in CLOCK]
    lengths = [int(length) for _, _, length, _ in CLOCK]
    assert len(CLOCK) == 13
    assert all(a + n == b for a, n, b in zip(starts, lengths, starts[1:], strict=False))
    slots = {what[:2]: int(length) for _, _, length, what in CLOCK if what[:2].isdigit()}
    assert slots == {number: int(slot) for number, *_, slot in MINUTES}


def test_what_learners_will_read_is_quoted_as_it_is_said():
    said = "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "helpers").rglob("*.py"))
    said += "\n".join(c.source for p in NOTEBOOKS for c in nbformat.read(p, 4).cells)
    for words in (
        "No address is set",
        "no answer yet",
        "Your guess is ",
        "trainings are left to do",
    ):
        assert words in said and words in PAGE
    assert "Runtime ▸ Restart session" in said
    for title in re.findall(
        r"\*(While it trains|The same again\?|Five trainings|The fix that everyone tries)\*", PAGE
    ):
        assert title in said, title


def test_links_lead_to_files():
    for target in re.findall(r"\]\(([^)#]+)\)", PAGE):
        assert (ROOT / target).is_file(), target
