"""What a study's folder says about itself."""

import pytest

from helpers.errors import InputError
from helpers.study import plan, status
from helpers.study.cell_claims import Claims
from helpers.study.ledger import Ledger
from helpers.study.missing_cells import Cell
from helpers.study.queue import Queue
from tests.study.test_ledger import record


@pytest.fixture
def ledger(tmp_path):
    """A study of 4 cells with 3 done."""
    ledger = Ledger(tmp_path)
    ledger.open({"protocol": {"name": "toy", "repetitions": 2, "folds": 2}})
    for repetition, fold in ((0, 0), (0, 1), (1, 0)):
        ledger.write(record("control", repetition, fold, seconds=36))
    return ledger


def test_it_tells_done_left_digests_and_the_median(ledger):
    said = status.lines(ledger.folder)
    assert said[1] == "control: 3 of 4 cells, 1 left, 3 digests, median DSC 89.88 %"
    assert said[2] == "No runner has claimed a cell in this folder; 1 cells left."


def test_what_is_left_is_what_the_runs_have_asked_for(ledger):
    plan.note(ledger.folder, [Cell("control", r, 0) for r in range(3)])
    plan.note(ledger.folder, [Cell("control", 0, 0), *(Cell("seeds", r, 0) for r in range(2))])
    said = status.lines(ledger.folder)
    assert said[1].startswith("control: 3 of 3 cells, 0 left")
    assert said[2] == "seeds: 0 of 2 cells, 2 left"
    (ledger.folder / "plan.json").write_text("torn")
    assert status.lines(ledger.folder)[1].startswith("control: 3 of 4 cells, 1 left")


def test_records_of_another_fingerprint_are_counted_apart(ledger):
    Ledger(ledger.folder).write(record("control", 1, 1, fingerprint_sha256="another"))
    assert status.lines(ledger.folder)[3] == "Not counted: 1 records of another fingerprint."


def test_it_tells_the_pace_while_somebody_works(ledger):
    with Claims(ledger.folder) as claims:
        claims.take(Cell("control", 1, 1))
        said = status.lines(ledger.folder)
    assert said[2] == "1 cells in work, about 100 cells/h; 1 cells left, about 1 min."


def test_the_pace_is_that_of_the_arms_that_have_cells_left(tmp_path):
    """Quick `seeds` are done; of `default`, 100 times slower, two of four cells are left."""
    ledger = Ledger(tmp_path)
    ledger.open({"protocol": {"name": "toy", "repetitions": 2, "folds": 2}})
    for repetition, fold in ((0, 0), (0, 1), (1, 0), (1, 1)):
        ledger.write(record("seeds", repetition, fold, seconds=6))
    for fold in (0, 1):
        ledger.write(record("default", 0, fold, seconds=600))
    with Claims(ledger.folder) as claims:
        claims.take(Cell("default", 1, 0))
        said = status.lines(ledger.folder)
    assert said[3] == "1 cells in work, about 6 cells/h; 2 cells left, about 20 min."


def test_it_tells_failures_until_they_come_right_and_unequal_duplicates(ledger):
    cell = Cell("control", 1, 1)
    with Claims(ledger.folder) as claims:
        queue = Queue(ledger, claims, [cell])
        queue.fail(queue.take(), "The loss was nan in epoch 1.")
        assert status.lines(ledger.folder)[-1] == (
            "Failed: control 1/01, 1 times: The loss was nan in epoch 1."
        )
        queue.done(queue.take(), record("control", 1, 1))
    ledger.write(record("control", 1, 1, seconds=1))
    ledger.write(record("control", 0, 0) | {"weights_sha256": "another"})
    said = status.lines(ledger.folder)
    assert not [line for line in said if "Failed" in line]
    assert said[-2:] == [
        "Done twice, with UNEQUAL weights: control 0/00.",
        "Done twice, with equal weights: control 1/01.",
    ]


def test_a_folder_without_a_study_is_named(tmp_path):
    with pytest.raises(InputError, match="holds no study"):
        status.lines(tmp_path / "nothing")
