"""A NIfTI says in which unit its millimetres are."""

import nibabel
import numpy as np
import pytest

from helpers.errors import InputError
from helpers.imaging import slices
from helpers.imaging.masks import read_mask
from helpers.imaging.volumes import extract, read_dicom, read_nifti
from helpers.protocol import DEMO

UNITS = {"unknown": 1, "mm": 1, "meter": 1e-3, "micron": 1e3}
AFFINE = np.array([[-0.76, 0.1, 0, 30], [0.1, 0.76, 0, -20], [0, 0, 1.1, 7], [0, 0, 0, 1]])


@pytest.fixture
def save(tmp_path):
    """A function that writes voxels on AFFINE's grid in a unit of length."""

    def write(name, voxels, unit, form="sform", time="sec"):
        image = nibabel.Nifti1Image(voxels, np.diag([UNITS[unit]] * 3 + [1]) @ AFFINE)
        image.header.set_xyzt_units(unit, time)
        image.set_qform(image.affine, code=1)
        image.set_sform(image.affine, code=1 if form == "sform" else 0)
        image.to_filename(tmp_path / name)
        return tmp_path / name

    return write


@pytest.fixture
def voxels():
    return np.random.default_rng(0).uniform(0, 100, (20, 16, 6, 2)).astype(np.float32)


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("form", ["sform", "qform"])
@pytest.mark.parametrize("time", ["unknown", "sec", "msec", "usec"])
def test_the_place_of_an_image_is_in_mm_whatever_its_unit(unit, form, time, save, voxels):
    plain = read_nifti(save("plain.nii", voxels, "mm"))
    other = read_nifti(save("other.nii.gz", voxels, unit, form, time))
    assert np.array_equal(plain.data, other.data)
    assert np.allclose(plain.affine, other.affine, atol=1e-4)
    assert np.allclose(other.spacing, np.linalg.norm(AFFINE[:3, :3], axis=0), rtol=1e-5)


@pytest.mark.parametrize("image", UNITS)
@pytest.mark.parametrize("mask", UNITS)
def test_image_and_mask_may_have_units_of_their_own(image, mask, save, voxels):
    volume = read_nifti(save("image.nii", voxels, image))
    drawn = np.zeros(voxels.shape[:3], np.uint8)
    drawn[2:9, 3:11, 1:4] = 1
    found = read_mask(save("mask.nii", drawn, mask), volume)
    assert np.array_equal(found.voxels, drawn[::-1] > 0)


def test_the_network_sees_the_same_slices_in_every_unit(save, voxels):
    drawn = np.zeros(voxels.shape[:3], np.uint8)
    drawn[2:18, 3:13, 1:4] = 1
    seen = []
    for unit in UNITS:
        volume = read_nifti(save("image.nii", voxels, unit))
        mask = read_mask(save("mask.nii", drawn, unit), volume)
        seen.append(slices.prepare(volume, mask, DEMO))
    for other in seen[1:]:
        np.testing.assert_allclose(seen[0].images, other.images, atol=1e-3)
        np.testing.assert_array_equal(seen[0].masks, other.masks)


@pytest.mark.parametrize("code", [4, 5, 6, 7])
def test_a_unit_that_nifti_does_not_know_is_refused(code, save, voxels):
    path = save("own.nii", voxels, "mm")
    content = bytearray(path.read_bytes())
    content[123] = code | 8
    path.write_bytes(content)
    with pytest.raises(InputError, match="unit of length that is not known"):
        read_nifti(path)


def test_what_is_extracted_says_mm(tiny_images, save_images, tmp_path):
    folder = save_images(tiny_images)
    extract(folder, tmp_path / "own.nii")
    assert nibabel.load(tmp_path / "own.nii").header.get_xyzt_units() == ("mm", "sec")
    assert np.allclose(read_nifti(tmp_path / "own.nii").affine, read_dicom(folder).affine)


def _two_places(path, sform, qform):
    image = nibabel.Nifti1Image(np.ones((5, 6, 7), np.uint8), np.eye(4))
    image.set_sform(sform, code=1)
    image.set_qform(qform, code=1)
    image.to_filename(path)
    return path


@pytest.mark.parametrize(
    ("change", "read"),
    [
        (np.diag([-1.0, 1, 1, 1]), False),
        (np.array([[1.0, 0, 0, 3], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]), False),
        (np.array([[1.0, 0, 0, 0.3], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]), True),
        (np.eye(4), True),
    ],
    ids=["mirrored", "moved", "moved by less than half a voxel", "the same"],
)
def test_an_image_that_its_header_puts_in_two_places_is_refused(change, read, tmp_path):
    path = _two_places(tmp_path / "a.nii", AFFINE, AFFINE @ change)
    if read:
        assert read_nifti(path).data.shape == (5, 6, 7, 1)
    else:
        with pytest.raises(InputError, match="sform and qform say two places.*keep"):
            read_nifti(path)


def test_a_qform_that_is_none_is_another_place(tmp_path):
    content = bytearray(_two_places(tmp_path / "a.nii", AFFINE, AFFINE).read_bytes())
    content[256:268] = np.array([0.9, 0.9, 0.9], "<f4").tobytes()  # quatern_b, c and d
    (tmp_path / "a.nii").write_bytes(content)
    with pytest.raises(InputError, match="sform and qform say two places"):
        read_nifti(tmp_path / "a.nii")


@pytest.mark.parametrize(("shear", "read"), [(0.01, True), (0.1, False)])
def test_an_image_whose_axes_are_not_perpendicular_is_refused(shear, read, tmp_path):
    affine = np.diag([1.0, 1, 2, 1])
    affine[0, 1] = shear
    image = nibabel.Nifti1Image(np.ones((5, 6, 7), np.uint8), None)
    image.set_sform(affine, code=2)
    image.to_filename(tmp_path / "a.nii")
    if read:
        assert read_nifti(tmp_path / "a.nii").data.shape == (5, 6, 7, 1)
    else:
        with pytest.raises(InputError, match="not perpendicular.*resample it first"):
            read_nifti(tmp_path / "a.nii")
