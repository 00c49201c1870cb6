"""A cohort comes out study by study, each whole or not there, whatever one of them holds."""

import os
import tracemalloc

import numpy as np
import pytest

from helpers.errors import InputError
from helpers.imaging.cohort_folder import PatientFiles
from helpers.imaging.extraction import extract_cohort
from helpers.imaging.nifti import write_planes
from helpers.imaging.volumes import extract, read_nifti


@pytest.fixture
def folders(tiny_images, save_images):
    """Three studies of other voxels each."""
    made = []
    for number in range(3):
        for image in tiny_images:
            image.PixelData = (np.frombuffer(image.PixelData, "<u2") + 7 * number).tobytes()
        made.append(save_images(tiny_images, f"case{number}"))
    return made


def test_each_study_is_what_it_is_alone(folders, tmp_path):
    told = []
    paths = extract_cohort(folders, tmp_path / "out", told.append, workers=2)
    assert [p.name for p in paths] == ["case0.nii.gz", "case1.nii.gz", "case2.nii.gz"]
    assert sorted(told) == paths
    for folder, path in zip(folders, paths, strict=True):
        extract(folder, tmp_path / "alone.nii")
        one, other = read_nifti(path), read_nifti(tmp_path / "alone.nii")
        assert np.array_equal(one.data, other.data)
        assert np.array_equal(one.times, other.times)


def test_a_study_is_named_by_its_patient(folders, tmp_path):
    studies = [PatientFiles("Z", folders[0], folders[0]), PatientFiles("A", folders[1], folders[1])]
    paths = extract_cohort(studies, tmp_path / "out", workers=1)
    assert [p.name for p in paths] == ["Z.nii.gz", "A.nii.gz"]


def test_bad_studies_are_named_at_the_end_and_the_others_are_there(folders, tmp_path):
    os.truncate(next(iter(sorted(folders[0].iterdir()))), 300)
    next(iter(folders[2].iterdir())).unlink()
    told = []
    with pytest.raises(InputError, match="2 of 3 studies.*case0.*case2.*missing") as caught:
        extract_cohort(folders, tmp_path / "out", told.append, workers=2)
    assert "\n" not in str(caught.value)
    assert told == [tmp_path / "out" / "case1.nii.gz"]
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["case1.json", "case1.nii.gz"]


def test_what_is_there_is_kept_and_what_is_half_there_is_made_anew(folders, tmp_path):
    paths = extract_cohort(folders[:2], tmp_path, workers=1)
    kept = paths[0].stat().st_mtime_ns
    paths[1].with_name("case1.json").unlink()
    extract_cohort(folders[:2], tmp_path, workers=1)
    assert paths[0].stat().st_mtime_ns == kept
    assert read_nifti(paths[1]).data.shape == (8, 6, 4, 3)


def test_two_studies_of_one_name_and_a_name_with_a_folder_are_refused(folders, tmp_path):
    for names in (["A", "A"], ["../A"], ["."], [""]):
        studies = [PatientFiles(n, f, f) for n, f in zip(names, folders, strict=False)]
        with pytest.raises(InputError, match="rename the study"):
            extract_cohort(studies, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_nothing_to_extract_is_nothing_done(tmp_path):
    assert extract_cohort([], tmp_path / "out") == []


def test_a_compressed_file_is_written_in_bounded_memory(tmp_path):
    planes = (np.zeros((448, 448), np.int16) for _ in range(400))
    tracemalloc.start()
    write_planes(planes, (448, 448, 80, 5), np.dtype(np.int16), np.eye(4), tmp_path / "a.nii.gz")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 400 * 448 * 448 * 2 / 4
    assert read_nifti(tmp_path / "a.nii.gz").data.shape == (448, 448, 80, 5)
