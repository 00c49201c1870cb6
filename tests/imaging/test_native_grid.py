"""What the network's grid costs: nothing where it is the image's own, and less as it gets finer."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from helpers.imaging import dsc, resampling, slices
from helpers.imaging.masks import Mask
from helpers.imaging.volumes import Volume
from helpers.protocol import DEMO

SIDES = st.integers(3, 23)
SPACINGS = st.floats(0.3, 6)
GRIDS = st.sampled_from([8, 12, 16, 20])


def _grid(size, spacing):
    return replace(DEMO, size=size, spacing=spacing, depth=2)


def _volume(voxels, spacing, rng):
    data = rng.uniform(1, 2, (*voxels.shape, 2)).astype("float32")
    affine = np.diag([*spacing, 1.0])
    return Volume(data, affine, np.array([0.0, 60.0]), "someone", "")


def _prepared(voxels, spacing, protocol):
    volume = _volume(voxels, spacing, np.random.default_rng(0))
    mask = Mask(voxels, np.ones(voxels.shape[2], bool), ("all",))
    return volume, slices.prepare(volume, mask, protocol)


@st.composite
def _masks(draw):
    shape = draw(SIDES), draw(SIDES), 2
    return draw(arrays.arrays(bool, shape))


def _window(n, size):
    """First and last pixel that a grid of ``size`` takes of n: as many too few on either side."""
    first = -((size - n) // 2)
    return max(first, 0), min(first + size, n)


@settings(max_examples=60, deadline=None)
@given(_masks(), SPACINGS, GRIDS, st.floats(-9e-4, 9e-4))
def test_at_equal_spacing_the_ceiling_is_100_for_whatever_lies_in_the_field(
    voxels, spacing, size, near
):
    (x, x_end), (y, y_end) = (_window(n, size) for n in voxels.shape[:2])
    voxels[:x] = voxels[x_end:] = voxels[:, :y] = voxels[:, y_end:] = False
    voxels[(x + x_end) // 2, (y + y_end) // 2] = True
    protocol = _grid(size, spacing)
    _, prepared = _prepared(voxels, (spacing * (1 + near), spacing, 2.0), protocol)
    assert dsc.round_trip_ceiling(prepared, protocol) == 100
    assert resampling.outside(prepared, protocol) == 0
    assert prepared.masks.sum() == voxels.sum()


@settings(max_examples=60, deadline=None)
@given(_masks(), SPACINGS, GRIDS)
def test_at_equal_spacing_no_value_is_interpolated(voxels, spacing, size):
    data = np.random.default_rng(1).uniform(1, 2, (2, 1, *voxels.shape[:2])).astype("float32")
    small = resampling.area_mean(data, (spacing, spacing), _grid(size, spacing))
    (x, x_end), (y, y_end) = (_window(n, size) for n in voxels.shape[:2])
    kept = data[:, :, x:x_end, y:y_end]
    np.testing.assert_array_equal(np.sort(small[small > 0]), np.sort(kept.ravel()))


@settings(max_examples=60, deadline=None)
@given(_masks(), SPACINGS, st.integers(2, 5))
def test_a_grid_finer_than_the_images_by_a_whole_factor_keeps_the_ceiling_of_100(
    voxels, spacing, factor
):
    voxels[1, 1, 1] = True
    protocol = _grid(24 * factor, spacing / factor)
    _, prepared = _prepared(voxels, (spacing, spacing, 2.0), protocol)
    assert dsc.round_trip_ceiling(prepared, protocol) == 100


@settings(max_examples=60, deadline=None)
@given(arrays.arrays(bool, (24, 24, 2)), st.integers(1, 3), st.integers(2, 4))
def test_on_coarser_grids_wrong_voxels_never_become_more_when_it_gets_finer_by_a_whole_factor(
    voxels, multiple, factor
):
    voxels[:12, :12] = True
    coarse = _grid(24, 0.5 * multiple * factor)
    fine = _grid(24 * factor, 0.5 * multiple)
    wrong = []
    for protocol in (coarse, fine):
        _, prepared = _prepared(voxels, (0.5, 0.5, 2.0), protocol)
        back = resampling.restore(prepared.masks[..., 0] > 0.5, prepared, protocol)
        wrong.append((back != prepared.truth).sum())
    assert wrong[1] <= wrong[0]


def test_between_grids_that_are_not_the_images_a_ceiling_can_fall_as_the_grid_gets_finer():
    """Two pixels of every three: three to one keeps both, two thirds of three to one but one."""
    voxels = np.zeros((24, 24, 2), bool)
    voxels[0::3] = voxels[1::3] = True
    ceilings = []
    for protocol in (_grid(8, 3.0), _grid(16, 1.5)):
        _, prepared = _prepared(voxels, (1.0, 1.0, 2.0), protocol)
        ceilings.append(dsc.round_trip_ceiling(prepared, protocol))
    np.testing.assert_allclose(ceilings, [100 * 2 * 2 / 5, 100 * 2 / 3])


def test_truth_outside_the_field_is_counted_and_lowers_the_ceiling():
    voxels = np.zeros((23, 9, 2), bool)
    voxels[:, 4] = True
    protocol = _grid(12, 1.5)
    _, prepared = _prepared(voxels, (1.5, 1.5, 2.0), protocol)
    assert resampling.outside(prepared, protocol) == 2 * 11
    assert dsc.round_trip_ceiling(prepared, protocol) == 100 * 2 * 12 / (12 + 23)


def test_the_field_is_where_the_grid_lies_on_the_image():
    assert resampling.field(9, 1.5, _grid(12, 1.5)) == (-1, 11)
    assert resampling.field(13, 1.5, _grid(12, 1.5)) == (1, 13)
    assert resampling.field(10, 2.0, _grid(8, 1.0)) == (3, 7)
