"""All images of a subject are in one fold, and without subjects nothing is another."""

import itertools
from dataclasses import replace

import nibabel as nib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.errors import InputError
from helpers.imaging import cohort, cohort_folder
from helpers.imaging.folds import patient_folds
from helpers.learning import cell
from helpers.protocol import SMOKE


def _dealt(sizes, folds, seed=2018):
    """Subjects with so many images each, dealt: (folds, subject of each image)."""
    images = [(f"S{s}", f"S{s}-{n}") for s, size in enumerate(sizes) for n in range(size)]
    subjects, names = zip(*images, strict=True)
    return patient_folds(names, folds, seed, subjects), dict(zip(names, subjects, strict=True))


@given(st.lists(st.integers(1, 4), min_size=5, max_size=40), st.integers(2, 5), st.integers(0, 9))
def test_a_subject_is_never_on_both_sides_and_every_image_is_dealt(sizes, folds, seed):
    dealt, subject_of = _dealt(sizes, folds, seed)
    assert sorted(sum(dealt, [])) == sorted(subject_of)
    for one, other in itertools.combinations(dealt, 2):
        assert {subject_of[p] for p in one}.isdisjoint(subject_of[p] for p in other)
    counts = [len(part) for part in dealt]
    assert max(counts) - min(counts) <= max(sizes)


@given(st.lists(st.integers(1, 3), min_size=3, max_size=6))
def test_folds_are_nearly_as_even_as_the_best_of_all_ways_to_deal(sizes):
    dealt, _ = _dealt(sizes, 2)
    ways = itertools.product(range(2), repeat=len(sizes))
    best = min(max(np.bincount(way, sizes, minlength=2)) for way in ways)
    assert max(map(len, dealt)) <= max(best, 7 / 6 * best)  # Graham's bound for two


def test_pairs_and_single_images_make_folds_that_differ_by_one_at_most():
    dealt, _ = _dealt([2] * 90 + [1] * 80, 10)
    assert [len(part) for part in dealt] == [26] * 10
    assert dealt == _dealt([2] * 90 + [1] * 80, 10)[0] != _dealt([2] * 90 + [1] * 80, 10, 1)[0]


def test_subjects_with_one_image_each_are_dealt_as_patients_are():
    names = [f"P{i:02d}" for i in range(42)]
    alone = patient_folds(names, 10, 2018)
    assert alone == patient_folds(names, 10, 2018, names)
    assert alone == patient_folds(names, 10, 2018, [f"subject of {n}" for n in names])
    parts = np.array_split(np.random.default_rng(2018).permutation(names), 10)
    assert alone == [sorted(map(str, part)) for part in parts]


def test_fewer_subjects_than_folds_are_refused():
    with pytest.raises(InputError, match="3 subjects cannot be dealt to 4 folds"):
        _dealt([2, 2, 2], 4)


def test_the_list_names_the_subject_and_an_empty_one_is_the_patient(tmp_path):
    for name in "abc":
        (tmp_path / f"{name}.nii").touch()
    rows = ["patient,image,mask,subject", "left,a.nii,a.nii,anna", "right,b.nii,b.nii,anna"]
    (tmp_path / "cohort.csv").write_text("\n".join([*rows, "berta,c.nii,c.nii,"]))
    found = {one.patient: one.subject for one in cohort_folder.find(tmp_path)}
    assert found == {"left": "anna", "right": "anna", "berta": ""}
    (tmp_path / "cohort.csv").write_text("\n".join([*rows[:2], f"b,b.nii,b.nii,{'x' * 201}"]))
    with pytest.raises(InputError, match="is no name that every table can hold"):
        cohort_folder.find(tmp_path)


@pytest.fixture
def load(tmp_path, monkeypatch):
    """A function (subjects) → protocol and prepared cohort of as many images."""
    monkeypatch.setenv("TRAIN_AGAIN_CACHE", str(tmp_path / "cache"))
    image = np.random.default_rng(0).uniform(1, 9, (20, 20, 4)).astype("float32")
    mask = np.zeros((20, 20, 4), "uint8")
    mask[5:15, 5:15] = 1
    for name, data in (("image", image), ("mask", mask)):
        nib.save(nib.Nifti1Image(data, np.diag([1, 1, 3, 1])), tmp_path / f"{name}.nii")

    def loaded(subjects):
        rows = [f"p{n},image.nii,mask.nii,{subject}" for n, subject in enumerate(subjects)]
        text = "\n".join(["patient,image,mask,subject", *rows])
        (tmp_path / "cohort.csv").write_text(text)
        small = replace(SMOKE, patients=len(subjects), size=32, spacing=1.0, phases=(0,))
        return small, cohort.load(small, tmp_path)

    return loaded


def test_a_prepared_image_knows_its_subject_and_no_training_sees_the_held_out_ones(load):
    protocol, patients = load(["anna", "berta", "anna", "berta", "carla", ""])
    assert [p.subject for p in patients] == ["anna", "berta", "anna", "berta", "carla", "p5"]
    for fold in range(protocol.folds):
        sides = cell.split(patients, protocol, fold)
        trained, held_out = ({p.subject for p in side} for side in sides)
        assert trained.isdisjoint(held_out) and trained and held_out


def test_subjects_are_part_of_what_a_study_is_known_by_and_their_absence_is_not(load):
    ways = ["", "", ""], ["p0", "p1", "p2"], ["a", "a", ""]
    alone, named, shared = (cohort.digest(load(subjects)[1]) for subjects in ways)
    assert alone == named != shared
