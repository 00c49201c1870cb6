"""Every phase has its picture in the window of the first, and the stacks their names."""

import numpy as np
import pytest

from helpers.display.figures.phases import from_the_front, phases
from helpers.imaging.volumes import Volume

TIMES = np.array([0.0, 60.0, np.nan])
VOLUME = Volume(np.random.default_rng(0).random((6, 8, 4, 3)), np.eye(4), TIMES, "", "")


def test_phases_are_named_by_their_time_and_share_a_window(axes):
    phases(VOLUME, 2, axes)
    assert [ax.get_title() for ax in axes] == ["0 s", "60 s", "order only"]
    assert len({ax.images[0].get_clim() for ax in axes}) == 1
    assert all(ax.get_label().startswith("Slice 2") for ax in axes)


def test_no_phase_is_dropped_for_want_of_an_ax(axes):
    with pytest.raises(ValueError):
        phases(VOLUME, 2, axes[:2])


def test_stacks_in_two_orders_stand_side_by_side(axes):
    from_the_front(VOLUME, {"up": slice(None), "down": [3, 2, 1, 0]}, axes[:2])
    up, down = (ax.images[0].get_array() for ax in axes[:2])
    assert np.array_equal(up, down[::-1]) and axes[1].get_title() == "down"
