from dataclasses import replace

import numpy as np
from scipy import ndimage

from helpers.lesions import registration
from tests.lesions.conftest import volume_of


def test_a_known_movement_of_each_side_is_found_to_a_quarter_of_a_voxel_and_taken_back(phantom):
    """Against the shifts found before: a phantom moves a little by itself."""
    volume = volume_of(phantom)
    before = registration.shifts(volume)
    middle = volume.data.shape[0] // 2
    moved, known = volume.data.copy(), {0: (3.0, -4.5, 2.0), 1: (-2.0, 6.0, -3.0)}
    for side, half in enumerate((slice(None, middle), slice(middle, None))):
        steps = np.array(known[side]) / volume.spacing
        moved[half, ..., 2] = ndimage.shift(moved[half, ..., 2], steps, order=1, mode="nearest")
    moved = replace(volume, data=moved)
    found = registration.shifts(moved)
    for side, shift in known.items():
        off = np.abs(found[2, side] - before[2, side] - shift)
        assert (off < volume.spacing / 4).all()
    np.testing.assert_array_equal(found[[1, 3, 4]], before[[1, 3, 4]])
    still = registration.aligned(volume, before).data[..., 2]
    back = registration.aligned(moved, found).data[..., 2]
    inside = phantom.breast & (np.abs(np.arange(2 * middle) - middle) > 12)[:, None, None]
    off = [np.abs(one - still)[inside].mean() for one in (moved.data[..., 2], back)]
    assert off[1] < off[0] / 2


def test_a_still_volume_stays_as_it_is(phantom):
    volume = volume_of(phantom)
    still = replace(volume, data=np.repeat(volume.data[..., :1], 3, axis=3))
    assert not registration.shifts(still).any()
    np.testing.assert_array_equal(registration.aligned(still).data, still.data)


def test_the_first_phase_is_never_moved(phantom):
    volume = volume_of(phantom)
    found = registration.aligned(volume)
    np.testing.assert_array_equal(found.data[..., 0], volume.data[..., 0])
