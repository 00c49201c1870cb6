"""All is every voxel that is not 0, and a name may stand for several values."""

import nibabel
import nrrd
import numpy as np
import pytest

from helpers.errors import InputError
from helpers.imaging.masks import read_mask


@pytest.fixture
def labels():
    """Labels (x, y, z) on the grid of the tiny volume: 1 and 2 a breast each, 3 a tumour."""
    drawn = np.zeros((8, 6, 4), np.uint8)
    drawn[0:3, 1:5, 1:3], drawn[5:8, 1:5, 2:4], drawn[1, 2:4, 2] = 1, 2, 3
    return drawn


@pytest.fixture
def save_nrrd(volume, tmp_path):
    """A function that writes labels as a NRRD on the tiny volume's grid; returns the path."""

    def save(labels, scale=1, **fields):
        lps = np.diag([-1.0, -1.0, 1.0, 1.0]) @ volume.affine
        header = {"space": "left-posterior-superior", "encoding": "gzip", **fields}
        header |= {"space directions": lps[:3, :3].T * scale, "space origin": lps[:3, 3] * scale}
        nrrd.write(str(tmp_path / "mask.seg.nrrd"), labels, header)
        return tmp_path / "mask.seg.nrrd"

    return save


def named(*pairs):
    """Header fields of segments, each (name, value); None is left out."""
    fields = {}
    for number, (name, value) in enumerate(pairs):
        told = {"ID": f"Segment_{number}", "Name": name, "LabelValue": value}
        fields |= {f"Segment{number}_{k}": str(v) for k, v in told.items() if v is not None}
    return fields


TWINS = named(("breast", 1), ("breast", 2), ("tumour", 3))


def test_two_segments_of_one_name_are_both_there(labels, volume, save_nrrd):
    path = save_nrrd(labels, **TWINS)
    assert np.array_equal(read_mask(path, volume).voxels, labels > 0)
    breast = read_mask(path, volume, ["breast"])
    assert np.array_equal(breast.voxels, (labels == 1) | (labels == 2))
    assert breast.segments == ("breast",)
    assert np.array_equal(read_mask(path, volume, "tumour").voxels, labels == 3)


def test_two_segments_of_a_dicom_seg_with_one_name_are_both_there(pictures, volume, save_seg):
    def rename(made):
        for segment in made.SegmentSequence:
            segment.SegmentLabel = "breast"

    path, truth = save_seg(pictures, rename), pictures.any(-1).T[::-1, ::-1]
    assert np.array_equal(read_mask(path, volume).voxels, truth)
    assert np.array_equal(read_mask(path, volume, "breast").voxels, truth)


@pytest.mark.parametrize(
    "fields",
    [
        named(("breast", 1)),
        named(("breast", 1), ("tumour", None)),
        named(("breast", None), ("breast", None)),
        named((None, 1)),
        named(("breast", 9)),
        {},
    ],
    ids=["one of three", "a value missing", "no values", "no name", "an empty one", "no segments"],
)
def test_all_is_every_voxel_that_is_not_zero_whatever_the_header_names(
    fields, labels, volume, save_nrrd
):
    assert np.array_equal(read_mask(save_nrrd(labels, **fields), volume).voxels, labels > 0)


@pytest.mark.parametrize("kind", [np.uint8, np.int16, np.float32])
def test_all_counts_labels_below_zero_too(kind, labels, volume, save_nrrd, tmp_path):
    stored = labels.astype(kind)
    stored[stored == 2] = 2 if kind is np.uint8 else -1
    nibabel.Nifti1Image(stored, volume.affine).to_filename(tmp_path / "mask.nii")
    for path in (save_nrrd(stored), tmp_path / "mask.nii"):
        assert np.array_equal(read_mask(path, volume).voxels, labels > 0)


def test_without_any_label_value_the_values_are_the_names(labels, volume, save_nrrd):
    path = save_nrrd(labels, **named(("breast", None), ("tumour", None)))
    assert np.array_equal(read_mask(path, volume, "3").voxels, labels == 3)
    with pytest.raises(InputError, match="gives segment breast no LabelValue; choose a value"):
        read_mask(path, volume, ["breast"])


def test_a_segment_without_its_label_value_is_named(labels, volume, save_nrrd):
    path = save_nrrd(labels, **named(("breast", 1), ("tumour", None)))
    assert np.array_equal(read_mask(path, volume, "breast").voxels, labels == 1)
    with pytest.raises(InputError, match="gives segment tumour no LabelValue"):
        read_mask(path, volume, ["breast", "tumour"])


@pytest.mark.parametrize("value", ["0", "one", "1.5"])
def test_a_label_value_that_is_none_is_refused(value, labels, volume, save_nrrd):
    with pytest.raises(InputError, match="LabelValue is 0 or no whole number"):
        read_mask(save_nrrd(labels, **named(("breast", value))), volume)


@pytest.mark.parametrize("shape", ["3-D", "4-D"])
def test_segments_in_layers_are_refused(shape, labels, volume, save_nrrd):
    path = save_nrrd(labels, **TWINS, Segment2_Layer="1")
    if shape == "4-D":
        stacked = np.stack([labels, labels])
        nrrd.write(str(path), stacked, {"kinds": ["list", *["domain"] * 3], "Segment2_Layer": "1"})
    with pytest.raises(InputError, match="merge (its segments|them) into one"):
        read_mask(path, volume)


def test_a_segment_that_is_named_but_not_drawn_is_refused_alone(labels, volume, save_nrrd):
    path = save_nrrd(labels, **named(("breast", 1), ("lesion", 9)))
    assert read_mask(path, volume, ["breast", "lesion"]).voxels.any()
    with pytest.raises(InputError, match="empty on this image"):
        read_mask(path, volume, ["lesion"])


@pytest.mark.parametrize(("unit", "scale"), [("m", 1e-3), ("cm", 0.1), ("um", 1e3), ("mm", 1)])
def test_a_nrrd_says_its_unit_of_length(unit, scale, labels, volume, save_nrrd):
    path = save_nrrd(labels, scale, **{"space units": [unit] * 3})
    assert np.array_equal(read_mask(path, volume).voxels, labels > 0)


def test_a_nrrd_in_a_unit_that_nobody_knows_is_refused(labels, volume, save_nrrd):
    with pytest.raises(InputError, match="unit of length that is not known"):
        read_mask(save_nrrd(labels, **{"space units": ["furlong"] * 3}), volume)


@pytest.mark.parametrize("kind", ["u1", "i2", "u4", "i8", "u8", "f4", "f8"])
def test_a_label_map_of_any_number_is_read(kind, labels, volume, save_nrrd):
    path = save_nrrd(labels.astype(kind), **TWINS)
    assert np.array_equal(read_mask(path, volume, "tumour").voxels, labels == 3)


def test_a_label_map_of_no_number_says_what_to_save(labels, volume, save_nrrd):
    path = save_nrrd(labels, encoding="raw")
    path.write_bytes(path.read_bytes().replace(b"type: uint8", b"type: block", 1))
    with pytest.raises(InputError, match="its type is no number.*save it as uint8"):
        read_mask(path, volume)
