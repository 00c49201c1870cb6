"""Somebody's own studies: a list of pairs, or one folder a patient."""

from dataclasses import replace

import nibabel as nib
import numpy as np
import pytest

from helpers.errors import InputError
from helpers.imaging import cohort, cohort_folder, slices
from helpers.imaging.phantom import patient as phantom
from helpers.imaging.phantom import patient_files as phantom_files
from helpers.protocol import SMOKE

SMALL = replace(SMOKE, phantom_matrix=96, patients=2)


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Two phantom patients as DICOM, one folder each."""
    folder = tmp_path_factory.mktemp("dicom")
    for number in range(2):
        patient = phantom.make_patient(number, SMALL)
        phantom_files.write_patient(patient, folder / f"case{number}")
    return folder


@pytest.fixture
def pairs(folders, tmp_path):
    """The same two patients as NIfTI pairs with a list."""
    rows = ["patient,image,mask"]
    for study in cohort_folder.find(folders):
        volume, mask = study.read()
        nib.save(nib.Nifti1Image(volume.data, volume.affine), tmp_path / f"{study.patient}.nii.gz")
        drawn = nib.Nifti1Image(mask.voxels.astype("uint8"), volume.affine)
        nib.save(drawn, tmp_path / f"{study.patient}_mask.nii.gz")
        rows.append(f"{study.patient},{study.patient}.nii.gz,{study.patient}_mask.nii.gz")
    (tmp_path / "cohort.csv").write_text("\n".join(rows))
    return tmp_path


def test_a_folder_of_dicom_studies_and_a_list_of_pairs_give_the_same_slices(
    folders, pairs, monkeypatch, tmp_path
):
    monkeypatch.setenv("TRAIN_AGAIN_CACHE", str(tmp_path / "cache"))
    one, two = cohort.load(SMALL, folders), cohort.load(SMALL, pairs)
    assert [p.patient for p in one] == [p.patient for p in two] == ["case0", "case1"]
    for a, b in zip(one, two, strict=True):
        np.testing.assert_allclose(a.images, b.images, atol=1e-4)
        np.testing.assert_array_equal(a.truth, b.truth)


def test_what_is_kept_is_what_is_prepared_anew(folders, monkeypatch, tmp_path):
    monkeypatch.setenv("TRAIN_AGAIN_CACHE", str(tmp_path))
    first, kept = cohort.load(SMALL, folders), cohort.load(SMALL, folders)
    assert cohort.digest(first) == cohort.digest(kept)
    volume, mask = cohort_folder.find(folders)[0].read()
    np.testing.assert_array_equal(slices.prepare(volume, mask, SMALL).images, kept[0].images)


def test_a_changed_file_is_prepared_anew(pairs, monkeypatch, tmp_path):
    monkeypatch.setenv("TRAIN_AGAIN_CACHE", str(tmp_path / "cache"))
    before = cohort.digest(cohort.load(SMALL, pairs))
    image = nib.load(pairs / "case0.nii.gz")
    brighter = np.asarray(image.dataobj) + np.linspace(0, 50, image.shape[0])[:, None, None, None]
    nib.save(nib.Nifti1Image(brighter.astype("float32"), image.affine), pairs / "case0.nii.gz")
    assert cohort.digest(cohort.load(SMALL, pairs)) != before


def test_results_carry_the_lists_names_and_not_the_headers(folders):
    assert [s.read()[0].patient for s in cohort_folder.find(folders)] == ["case0", "case1"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("patient,image\nA,a.nii.gz", "no column mask"),
        ("patient,image,mask\nA,a.nii.gz,", "row 2: mask is empty"),
        ("patient,image,mask\nA,a.nii.gz,b.nii.gz", "row 2: image a.nii.gz does not exist"),
        ("patient,image,mask\nA,.,.\nA,.,.", "lists a patient twice"),
        ("patient,image,mask", "neither cohort.csv nor"),
    ],
)
def test_a_wrong_list_names_its_row_and_column(tmp_path, text, says):
    (tmp_path / "cohort.csv").write_text(text)
    with pytest.raises(InputError, match=says):
        cohort_folder.find(tmp_path)


def test_a_patient_without_a_segmentation_is_named(tmp_path):
    (tmp_path / "one").mkdir()
    with pytest.raises(InputError, match="one holds 0 files in segmentation"):
        cohort_folder.find(tmp_path)


def test_too_few_patients_are_counted(folders, monkeypatch, tmp_path):
    monkeypatch.setenv("TRAIN_AGAIN_CACHE", str(tmp_path))
    with pytest.raises(InputError, match="holds 2 patients and the protocol needs 9"):
        cohort.load(replace(SMALL, patients=9), folders)


@pytest.mark.parametrize("name", ["two\nlines", "esc\x1b[31m", "\u202egnp", "a" * 201])
def test_a_patient_whose_name_no_table_can_hold_is_refused_before_any_training(tmp_path, name):
    for file in ("image.nii", "mask.nii"):
        (tmp_path / file).touch()
    (tmp_path / "cohort.csv").write_text(f'patient,image,mask\n"{name}",image.nii,mask.nii\n')
    with pytest.raises(InputError, match="is no name that every table can hold") as caught:
        cohort_folder.find(tmp_path)
    assert str(caught.value).isprintable()


def test_a_mask_that_reaches_out_of_its_image_is_told_with_its_patient(pairs):
    whole = nib.load(pairs / "case0.nii.gz")
    part = whole.slicer[:, :, 2:]
    nib.save(part, pairs / "case0.nii.gz")
    drawn = nib.load(pairs / "case0_mask.nii.gz").get_fdata() > 0
    lost, every = np.count_nonzero(drawn[:, :, :2]), np.count_nonzero(drawn)
    assert 0 < lost < every
    with pytest.warns(UserWarning, match=f"case0: {lost:,} of {every:,} drawn voxels lie outside"):
        _, mask = cohort_folder.find(pairs)[0].read()
    assert np.array_equal(mask.voxels, drawn[:, :, 2:])
