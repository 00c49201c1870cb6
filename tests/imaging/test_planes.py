"""Slices are cut in the plane of the protocol, upright, whatever way the patient was scanned."""

from dataclasses import replace

import nibabel as nib
import numpy as np
import pytest

from helpers.errors import InputError
from helpers.imaging import planes, resampling, slices
from helpers.imaging.masks import Mask
from helpers.imaging.volumes import Volume
from helpers.learning.hd95 import patient_hd95
from helpers.protocol import DEMO, PAPER, PROTOCOLS, table

AXES = {"axial": (0, 1, 2), "coronal": (0, 2, 1), "sagittal": (2, 0, 1)}
"""Plane → which axes of an axial stack lie along right, anterior and superior in that plane."""
GRID = replace(DEMO, size=16, spacing=1.5, depth=2)
SPACING = np.array([1.5, 1.25, 4.0])  # columns, rows, slices


def _scanned(plane, stored=((0, 1), (1, 1), (2, 1))):
    """The same slices as a scan of a plane, its voxels stored in some order and direction."""
    rng = np.random.default_rng(3)
    data = rng.uniform(1, 9, (11, 13, 5, 2)).astype("float32")
    voxels = rng.random((11, 13, 5)) < 0.4
    way = AXES[plane]
    data, voxels = data.transpose(*way, 3), voxels.transpose(way)
    affine = np.diag([*SPACING[list(way)], 1.0])
    turn = nib.orientations.ornt_transform([[0, 1], [1, 1], [2, 1]], np.array(stored))
    affine = affine @ nib.orientations.inv_ornt_aff(turn, data.shape[:3])
    data, voxels = (nib.orientations.apply_orientation(a, turn) for a in (data, voxels))
    mask = Mask(voxels, np.ones(voxels.shape[2], bool), ("all",))
    return Volume(data, affine, np.array([0.0, 60.0]), "someone", ""), mask


@pytest.mark.parametrize("plane", AXES)
@pytest.mark.parametrize("stored", [((0, 1), (1, 1), (2, 1)), ((2, -1), (0, 1), (1, -1))])
def test_one_volume_turned_three_ways_has_the_same_voxels_in_the_same_slices(plane, stored):
    straight = slices.prepare(*_scanned("axial"), GRID)
    for asked in (plane, "acquired"):
        protocol = replace(GRID, plane=asked)
        turned = slices.prepare(*_scanned(plane, stored), protocol)
        np.testing.assert_array_equal(turned.images, straight.images)
        np.testing.assert_array_equal(turned.masks, straight.masks)
        np.testing.assert_array_equal(turned.truth, straight.truth)
        assert turned.spacing == pytest.approx((4.0, 1.25, 1.5))
        drawn = resampling.restore(turned.masks[..., 0] > 0.5, turned, protocol)
        assert patient_hd95(drawn, turned) == patient_hd95(drawn, straight) > 0


def test_the_coarsest_axis_is_the_one_that_was_acquired_and_equal_ones_are_axial():
    for found, plane in [
        ((1, 1, 2), "axial"),
        ((1, 2, 1), "coronal"),
        ((2, 1, 1), "sagittal"),
        ((1, 1, 1), "axial"),
        ((1.0005, 1, 1), "axial"),
        ((2, 2, 1), "coronal"),
    ]:
        assert planes.acquired(np.diag([*found, 1.0])) == plane
    turned = np.array([[0, 0, 3, 0], [1, 0, 0, 0], [0, -1, 0, 0], [0, 0, 0, 1.0]])
    assert planes.acquired(turned) == "sagittal"


def test_slices_of_which_only_some_are_drawn_are_not_cut_across():
    volume, mask = _scanned("axial")
    mask.labelled[1] = False
    assert not slices.prepare(volume, mask, GRID).labelled[1]
    with pytest.raises(InputError, match="someone: only some of its slices are drawn"):
        slices.prepare(volume, mask, replace(GRID, plane="coronal"))


def test_what_is_no_plane_is_refused_and_the_papers_is_assumed():
    with pytest.raises(InputError, match="plane is 'oblique': use axial"):
        replace(DEMO, plane="oblique")
    assert {p.plane for p in PROTOCOLS.values()} == {"axial"}
    [row] = [row for row in table(PAPER) if row["field"] == "plane"]
    assert row["source"] == "assumed" and "acquired coronally" in row["meaning"]
