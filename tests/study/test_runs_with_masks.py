"""A run that keeps masks trains as one that does not, and draws again what was lost."""

import pytest

from helpers.errors import InputError
from helpers.imaging import cohort, dsc
from helpers.protocol import SMOKE
from helpers.study import kept_masks, runner
from helpers.study.ledger import Ledger
from helpers.study.missing_cells import missing
from tests.study.conftest import run

ARMS = ["control", "seeds"]
CELLS = runner.cells(SMOKE, ARMS)
TOLD = {"seconds", "peak_memory_mb", *kept_masks.KINDS}  # what another run need not have the same


def _finished(folder, *more):
    done = run(folder, *(word for arm in ARMS for word in ("--arm", arm)), *more)
    _, errors = done.communicate(timeout=400)
    return done.returncode, errors


@pytest.fixture(scope="module")
def kept(tmp_path_factory, cache):
    """A finished SMOKE study of two arms with masks."""
    folder = tmp_path_factory.mktemp("kept")
    code, errors = _finished(folder, "--keep-masks")
    assert code == 0, errors
    return Ledger(folder)


def test_weights_and_measures_are_those_of_a_study_that_keeps_none(kept, study):
    bare = Ledger(study)
    assert kept.study == bare.study  # the fingerprint
    for cell in CELLS:
        one, other = (ledger.read(*vars(cell).values()) for ledger in (kept, bare))
        assert {k: one[k] for k in one.keys() - TOLD} == {k: other[k] for k in other.keys() - TOLD}
        assert kept_masks.keeps(one) and not kept_masks.keeps(other)


def test_the_masks_are_those_that_the_record_measured(kept):
    patients = {p.patient: p for p in cohort.load(SMOKE)}
    for record in kept.records():
        drawn = kept_masks.read(kept.folder, record)
        judged = kept_masks.truths(kept.folder, record)
        assert drawn.keys() == record["dsc_percent"].keys()
        for name, mask in drawn.items():
            assert mask.shape == patients[name].truth.shape and mask.dtype == bool
            assert dsc.patient_dsc(mask, patients[name]) == record["dsc_percent"][name]
            assert (judged[name][0] == patients[name].truth).all()
            assert (judged[name][1] == patients[name].labelled).all()


def test_the_control_draws_the_same_masks_and_other_seeds_do_not(kept):
    found = {(r["arm"], r["fold"], r["repetition"]): r[kept_masks.DRAWN] for r in kept.records()}
    for fold in range(SMOKE.folds):
        assert found["control", fold, 0] == found["control", fold, 1]
        assert found["seeds", fold, 0] != found["seeds", fold, 1]


def test_a_study_that_kept_none_is_not_mixed_and_nothing_is_trained(study):
    with pytest.raises(InputError, match="8 of 8 cells .* without keeping masks.*another folder"):
        runner.run(SMOKE, ARMS, study, keep_masks=True)
    assert runner.run(SMOKE, ARMS, study).folder == study  # without, it is as it was


def test_lost_masks_are_drawn_again_unasked_and_the_same(kept):
    before = kept.records()
    kept_masks.path(kept.folder, before[0]).write_bytes(b"half")
    (kept.folder / "seeds" / "001" / "01.json").unlink()
    assert missing(kept, CELLS) == [CELLS[0], CELLS[-1]]
    code, errors = _finished(kept.folder)  # nobody asks for masks
    assert code == 0, errors
    assert missing(kept, CELLS) == [] and kept.records()[:-1] == before[:-1]
    last = kept.records()[-1]
    assert last[kept_masks.DRAWN] == before[-1][kept_masks.DRAWN]
    assert kept.duplicates() == [(("control", 0, 0), True)]
