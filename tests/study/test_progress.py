"""The line of a run: done, left, pace, failures and medians, another runner's cells too."""

import pytest

from helpers.study import progress
from helpers.study.ledger import Ledger
from helpers.study.missing_cells import Cell
from helpers.study.progress import Progress
from tests.study.test_ledger import record

CELLS = [Cell("control", 0, fold) for fold in range(4)]


def _last_line(text):
    return text.replace("\r", "\n").strip().splitlines()[-1]


@pytest.fixture
def ledger(tmp_path):
    """A study with its first cell done."""
    ledger = Ledger(tmp_path)
    ledger.write(record())
    return ledger


def test_it_tells_done_left_pace_failures_and_the_median(ledger, capsys):
    with Progress(ledger, CELLS, CELLS[1:]) as shown:
        shown.update(CELLS[1], None)
        ledger.write(record(fold=2) | {"dsc_percent": {"P": 99.5}})
        shown.update(CELLS[2], ledger.read("control", 0, 2))
    said = _last_line(capsys.readouterr().err)
    assert said.startswith("2/4 trainings") and "2 left" in said and "an hour" in said
    assert "1 failed: control 0/01" in said and said.endswith("control 91.50 %")


def test_a_cell_that_comes_right_is_no_failure_and_another_runners_counts(ledger, capsys):
    with Progress(ledger, CELLS, CELLS[1:]) as shown:
        shown.update(CELLS[1], None)
        ledger.write(record(fold=3))
        shown.update(CELLS[1], ledger.read("control", 0, 0))
    said = _last_line(capsys.readouterr().err)
    assert said.startswith("3/4 trainings") and "1 left" in said and "failed" not in said


def test_in_a_notebook_the_line_is_no_error(ledger, capsys, monkeypatch):
    monkeypatch.setattr(progress, "_in_notebook", lambda: True)
    with Progress(ledger, CELLS, CELLS[1:]):
        pass
    captured = capsys.readouterr()
    assert captured.err == "" and "1/4 trainings" in captured.out
