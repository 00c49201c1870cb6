"""What a volume holds, and that it survives being written and read again."""

import json

import nibabel
import numpy as np
import pytest

from helpers.errors import InputError
from helpers.imaging.volumes import Volume, extract, read_dicom, read_nifti, save_nifti

OBLIQUE = np.array([0.8, 0.6, 0.0]), np.array([0.0, 0.0, -1.0])


def random_volume(whole=True):
    rng = np.random.default_rng(7)
    data = rng.integers(-500, 3000, (5, 4, 3, 2)).astype(np.float32)
    affine = np.diag([0.7, 0.8, 1.1, 1.0])
    affine[:3, 3] = [-3, 4, 5]
    return Volume(data if whole else data / 3, affine, np.array([0.0, 61.25]), "Jane", "1.2.3")


def where(image, column, row):
    """Equation C.7.6.2.1-1 of DICOM PS3.3, written out, in RAS+ mm."""
    across, down = np.reshape(image.ImageOrientationPatient, (2, 3)).astype(float)
    step = np.array(image.PixelSpacing, float)
    place = np.array(image.ImagePositionPatient, float) + column * across * step[1]
    return (place + row * down * step[0]) * [-1, -1, 1]


def assert_each_voxel_lies_where_its_header_says(volume, images):
    for number, image in enumerate(images):
        time, level = divmod(number, 4)
        for row in range(image.Rows):
            for column in range(image.Columns):
                index = np.linalg.solve(volume.affine, [*where(image, column, row), 1])[:3]
                assert np.allclose(index, np.rint(index), atol=1e-6)
                value = volume.data[(*np.rint(index).astype(int), time)]
                assert value == image.pixel_array[row, column]


def test_each_voxel_of_an_axial_study_lies_where_its_header_says(tiny_images, save_images):
    volume = read_dicom(save_images(tiny_images))
    assert volume.data.shape == (8, 6, 4, 3) and volume.data.dtype == np.float32
    assert np.allclose(volume.spacing, [1.5, 2.0, 3.0])
    assert_each_voxel_lies_where_its_header_says(volume, tiny_images)


@pytest.mark.parametrize(
    "axes",
    [
        ([-1, 0, 0], [0, -1, 0]),
        ([0, 1, 0], [0, 0, -1]),
        ([1, 0, 0], [0, 0, -1]),
        ([0, 1, 0], [1, 0, 0]),
        OBLIQUE,
    ],
    ids=["turned by 180 degrees", "sagittal", "coronal", "transposed", "oblique"],
)
def test_any_orientation_comes_out_in_the_nearest_ras_axes(axes, tiny_images, save_images):
    across = np.cross(*axes)
    for number, image in enumerate(tiny_images):
        image.ImageOrientationPatient = [*map(float, axes[0]), *map(float, axes[1])]
        image.ImagePositionPatient = (across * 3.0 * (number % 4) + [5, 6, 7]).tolist()
    volume = read_dicom(save_images(tiny_images))
    assert nibabel.aff2axcodes(volume.affine) == ("R", "A", "S")
    assert_each_voxel_lies_where_its_header_says(volume, tiny_images)


def test_slope_and_intercept_of_each_image_are_applied(tiny_images, save_images):
    plain = read_dicom(save_images(tiny_images, "plain"))
    for number, image in enumerate(tiny_images):
        image.RescaleSlope, image.RescaleIntercept = 0.5 * (1 + number // 4), -7
    scaled = read_dicom(save_images(tiny_images, "scaled"))
    assert np.array_equal(scaled.data, plain.data * np.float32([0.5, 1.0, 1.5]) - 7)


@pytest.mark.parametrize("ending", [".nii", ".nii.gz"])
@pytest.mark.parametrize("whole", [True, False], ids=["whole numbers", "fractions"])
def test_a_volume_written_and_read_is_the_same(ending, whole, tmp_path):
    volume, path = random_volume(whole), tmp_path / f"study{ending}"
    save_nifti(volume, path)
    again = read_nifti(path)
    assert np.array_equal(again.data, volume.data)
    assert np.allclose(again.affine, volume.affine, atol=1e-6)
    assert np.array_equal(again.times, volume.times)
    image = nibabel.load(path)
    assert np.array_equal(image.get_fdata(), volume.data)
    assert image.get_data_dtype() == (np.int16 if whole else np.float32)
    assert np.allclose(image.get_sform(), image.get_qform(), atol=1e-5)


def test_the_same_volume_makes_the_same_bytes(tmp_path):
    for name in ("a.nii.gz", "b.nii.gz"):
        save_nifti(random_volume(), tmp_path / name)
    assert (tmp_path / "a.nii.gz").read_bytes() == (tmp_path / "b.nii.gz").read_bytes()


def test_the_sidecar_tells_times_and_never_the_patient(tmp_path):
    save_nifti(random_volume(), tmp_path / "study.nii.gz")
    told = json.loads((tmp_path / "study.json").read_text())
    assert told == {
        "shape": [5, 4, 3, 2],
        "spacing_mm": [0.7, 0.8, 1.1],
        "times_known": True,
        "times_s": [0.0, 61.25],
    }
    assert sorted(p.name for p in tmp_path.iterdir()) == ["study.json", "study.nii.gz"]
    assert b"Jane" not in (tmp_path / "study.json").read_bytes()


def test_unknown_times_are_written_as_unknown_and_read_as_nan(tmp_path):
    known = random_volume()
    volume = Volume(known.data, known.affine, np.full(2, np.nan))
    save_nifti(volume, tmp_path / "study.nii")
    assert json.loads((tmp_path / "study.json").read_text())["times_s"] is None
    assert np.isnan(read_nifti(tmp_path / "study.nii").times).all()


def test_a_nifti_of_another_orientation_and_scale_is_turned_and_scaled(tmp_path):
    stored = np.arange(24, dtype=np.int16).reshape(2, 3, 4)
    image = nibabel.Nifti1Image(stored, np.diag([-2.0, -2.0, 3.0, 1.0]))
    image.header.set_slope_inter(0.5, 10)
    image.to_filename(tmp_path / "own.nii.gz")
    volume = read_nifti(tmp_path / "own.nii.gz")
    straight = nibabel.as_closest_canonical(nibabel.load(tmp_path / "own.nii.gz"))
    assert np.allclose(volume.data[..., 0], straight.get_fdata())
    assert np.allclose(volume.affine, straight.affine)
    assert np.isnan(volume.times).all()


def test_a_failed_write_leaves_what_was_there(tmp_path, monkeypatch):
    save_nifti(random_volume(), tmp_path / "study.nii")
    before = (tmp_path / "study.nii").read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("helpers.imaging.nifti.os.replace", full)
    with pytest.raises(InputError, match="study.nii could not be written: No space"):
        save_nifti(random_volume(whole=False), tmp_path / "study.nii")
    assert (tmp_path / "study.nii").read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["study.json", "study.nii"]


def test_another_ending_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(InputError, match="does not end in .nii"):
        save_nifti(random_volume(), tmp_path / "study.img")
    assert not list(tmp_path.iterdir())


def test_the_number_of_phases_can_be_demanded(tiny_images, save_images):
    folder = save_images(tiny_images)
    assert read_dicom(folder, phases=3).data.shape[-1] == 3
    with pytest.raises(InputError, match="3 phases where 5 are expected"):
        read_dicom(folder, phases=5)


@pytest.mark.parametrize("slope", [1, 0.5])
@pytest.mark.parametrize("axes", [([1, 0, 0], [0, 1, 0]), ([0, 1, 0], [0, 0, -1])])
@pytest.mark.parametrize("ending", [".nii", ".nii.gz"])
def test_extraction_phase_by_phase_equals_reading_and_saving(
    slope, axes, ending, tiny_images, save_images, tmp_path
):
    for number, image in enumerate(tiny_images):
        image.ImageOrientationPatient = axes[0] + axes[1]
        image.ImagePositionPatient = (np.cross(*axes) * 3.0 * (number % 4)).tolist()
        image.RescaleSlope, image.RescaleIntercept = slope, 0
    folder = save_images(tiny_images)
    extract(folder, tmp_path / f"a{ending}")
    save_nifti(read_dicom(folder), tmp_path / f"b{ending}")
    one, other = (read_nifti(tmp_path / f"{name}{ending}") for name in "ab")
    assert np.array_equal(one.data, other.data)
    assert np.array_equal(one.affine, other.affine)
    assert (tmp_path / "a.json").read_text() == (tmp_path / "b.json").read_text()
