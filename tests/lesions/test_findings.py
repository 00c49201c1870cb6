"""The chain on phantoms whose masks are given as arrays."""

from dataclasses import replace

import numpy as np
import pytest

from helpers.errors import InputError
from helpers.imaging import folds, planes
from helpers.imaging.phantom.cohort import write_cohort
from helpers.lesions import cases, findings, training
from helpers.lesions.findings import BY_HAND
from tests.lesions.conftest import SMALL

FEW = replace(SMALL, patients=4)


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lesions")
    write_cohort(FEW, folder)
    return folder


@pytest.fixture(scope="module")
def files(cohort):
    return cases.of_phantoms(FEW, cohort)


def masks_like_the_truth(files, fold, change):
    """Masks of a fold's patients: the truth, changed by a function, as a network hands them on."""
    names = folds.patient_folds(list(files), FEW.folds, FEW.fold_seed)[fold]
    found = {}
    for name in names:
        volume, breast = files[name].read()
        upright = planes.upright(breast.voxels, volume.affine, FEW.plane)
        found[name] = change(upright)
    return found


def nothing(mask):
    return np.zeros_like(mask)


@pytest.fixture(scope="module")
def found(cohort, files):
    def masks(fold):
        same = masks_like_the_truth(files, fold, np.copy)
        return {
            ("order", 0): same,
            ("order", 1): masks_like_the_truth(files, fold, nothing),
        }

    return findings.study(FEW, cohort, masks)


def of(found, arm, repetition):
    rows = found.candidates
    rows = rows[(rows["arm"] == arm) & (rows["repetition"] == repetition)]
    return rows.drop(columns=["arm", "repetition"]).reset_index(drop=True)


def test_a_case_is_the_phantom_that_it_was_read_from(files):
    from helpers.imaging.phantom.patient import make_patient

    made = make_patient(1, FEW)
    case = cases.read(files["PHANTOM_001"], FEW)
    np.testing.assert_array_equal(case.lesions, made.lesion)
    np.testing.assert_array_equal(case.breast, made.breast)
    there = set(np.unique(made.lesion)) - {0}
    assert case.kinds == {n: cases.KIND[made.lesions[n - 1].kind] for n in there}


@pytest.mark.parametrize("plane", ["axial", "coronal", "sagittal", "acquired"])
def test_a_mask_goes_back_where_it_came_from(plane):
    rng = np.random.default_rng(0)
    affine = np.array([[0, -2.0, 0, 9], [0, 0, 3.0, 1], [-1.5, 0, 0, 4], [0, 0, 0, 1]])
    voxels = rng.random((5, 6, 7)) > 0.5
    turned = planes.upright(voxels, affine, plane)
    np.testing.assert_array_equal(cases.on_volume(turned, affine, plane), voxels)


def test_a_run_that_draws_the_truth_finds_what_hand_drawn_masks_find(found):
    assert len(of(found, BY_HAND, 0)) > 4
    assert of(found, "order", 0).equals(of(found, BY_HAND, 0))
    assert (found.masks.query("arm == 'order' and repetition == 0")["dsc_percent"] == 100).all()


def test_a_run_that_draws_nothing_finds_nothing_and_is_still_counted(found):
    assert of(found, "order", 1).empty
    assert len(found.masks.query("arm == 'order' and repetition == 1")) == FEW.patients


def test_most_lesions_are_candidates_under_the_hand_drawn_mask(found):
    hits = of(found, BY_HAND, 0).query("lesion > 0").drop_duplicates(["patient", "lesion"])
    assert len(found.lesions) >= 10
    assert len(hits) >= 0.7 * len(found.lesions)


def test_held_out_patients_teach_nothing(cohort, files):
    """What is learned for a fold is the same whatever its own patients hold."""
    seen = []
    learn = training.learn

    def watched(others):
        seen.append(set(others["patient"]))
        return learn(others)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "learn", watched)
        findings.study(FEW, cohort, lambda _: {}, judged=[1])
    held_out = folds.patient_folds(list(files), FEW.folds, FEW.fold_seed)[1]
    assert seen == [set(files) - set(held_out)]


def test_masks_of_others_are_refused(cohort, files):
    with pytest.raises(InputError, match="not its patients"):
        findings.study(FEW, cohort, lambda _: {("order", 0): {}})
    half = {n: np.ones((2, 2, 2), bool) for n in files}
    with pytest.raises(InputError, match="another grid"):
        findings.study(FEW, cohort, lambda _: {("order", 0): half})


def test_protocols_without_known_lesions_are_refused(cohort):
    with pytest.raises(InputError, match="phantoms only"):
        cases.of_phantoms(replace(FEW, cohort="hippocampus"), cohort)
    with pytest.raises(InputError, match="needs three"):
        cases.of_phantoms(replace(FEW, phantom_phases=2), cohort)
