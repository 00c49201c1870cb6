"""How many runs drew a voxel: counted from kept masks, whole runs alone."""

import numpy as np
import pytest

from helpers.errors import InputError
from helpers.study import kept_masks, mask_votes
from helpers.study.ledger import Ledger
from helpers.study.missing_cells import Cell
from tests.study.test_export import PRINTS, record
from tests.study.test_kept_masks import patient, with_masks


@pytest.fixture
def ledger(tmp_path):
    """Five runs of two folds under order, the fifth without its second; control keeps none."""
    ledger = Ledger(tmp_path)
    ledger.open(PRINTS)
    for repetition in range(5):
        for fold in range(2 if repetition < 4 else 1):
            ledger.write(*with_masks(Cell("order", repetition, fold))[:2])
    ledger.write(record(Cell("control", 0, 0)))
    return ledger


def test_the_counts_are_those_of_a_slow_loop(ledger):
    found = mask_votes.counted(ledger, "order", "P1B")
    drawn = [with_masks(Cell("order", n, 1))[2]["P1B"] for n in range(4)]
    truth, labelled = patient("P1B", (2, 9, 4)).truth, [False, True]
    assert found.runs == [0, 1, 2, 3] and found.labelled.tolist() == labelled
    for place in np.ndindex(truth.shape):
        times = sum(bool(mask[place]) for mask in drawn)
        assert found.counts[place] == times
        assert found.majority[place] == (times > 2)
        assert found.disputed[place] == (0 < times < 4)


def test_a_row_has_the_dsc_of_the_vote_in_the_labelled_slices(ledger):
    table = mask_votes.table(ledger).set_index("patient")
    assert set(table["arm"]) == {"order"} and list(table["runs"]) == [4] * 4
    found = mask_votes.counted(ledger, "order", "P0A")
    one, other = found.truth[1:], found.majority[1:]
    dsc = 200 * (one & other).sum() / (one.sum() + other.sum())
    assert table["vote_percent"]["P0A"] == pytest.approx(dsc)
    singles = [ledger.read("order", n, 0)["dsc_percent"]["P0A"] for n in range(4)]
    assert table["single_percent"]["P0A"] == pytest.approx(np.mean(singles))
    share = 100 * found.disputed[1:].sum() / (found.counts[1:] > 0).sum()
    assert table["disputed_percent"]["P0A"] == pytest.approx(share)


def test_a_run_whose_masks_are_lost_does_not_vote(ledger):
    kept_masks.path(ledger.folder, ledger.read("order", 2, 0)).write_bytes(b"half")
    assert mask_votes.counted(ledger, "order", "P1A").runs == [0, 1, 3]
    assert list(mask_votes.records(ledger, "order", "P1A")) == [0, 1, 3]


def test_the_most_disputed_patient_is_found_and_what_is_not_kept_is_refused(ledger):
    table = mask_votes.table(ledger, ["order"])
    worst = mask_votes.most_disputed(ledger, "order")
    assert table.set_index("patient")["disputed_percent"][worst] == table["disputed_percent"].max()
    for arm, name in (("control", "P0A"), ("order", "nobody"), ("seeds", "P0A")):
        with pytest.raises(InputError, match="--keep-masks"):
            mask_votes.counted(ledger, arm, name)
    with pytest.raises(InputError, match="under control"):
        mask_votes.most_disputed(ledger, "control")
    assert mask_votes.records(ledger, "control", "P0A") == {}
