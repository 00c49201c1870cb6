"""Pictures of slices stand upright, as long and as wide as they are, in each plane."""

from dataclasses import replace

import numpy as np
import pytest

from helpers.display.figures import outlines, phases
from helpers.imaging import planes, slices
from helpers.imaging.masks import Mask
from helpers.imaging.volumes import Volume
from helpers.protocol import DEMO


@pytest.mark.parametrize(
    ("plane", "right", "above"), [("axial", 0, 1), ("coronal", 0, 2), ("sagittal", 1, 2)]
)
@pytest.mark.parametrize("axis", range(3))
def test_what_lies_right_in_front_or_higher_lies_right_or_higher_in_its_picture(
    plane, right, above, axis, ax
):
    data, place = np.zeros((7, 7, 7, 1), "float32"), [3, 3, 3]
    place[axis] += 2
    data[(*place, 0)] = 5
    volume = Volume(data, np.eye(4), np.zeros(1), "", "")
    number = int(planes.upright(data, volume.affine, plane)[:, 0].any((1, 2)).argmax())
    phases.phases(volume, number, [ax], plane)
    [shown] = np.argwhere(ax.images[0].get_array())
    assert ax.images[0].origin == "lower"
    assert tuple(shown - 3) == (2 * (axis == above), 2 * (axis == right))


@pytest.mark.parametrize(("plane", "aspect"), [("axial", 2), ("coronal", 5), ("sagittal", 2.5)])
def test_pixels_are_drawn_as_long_and_wide_as_they_are(plane, aspect, ax):
    data = np.random.default_rng(0).uniform(1, 2, (9, 9, 9, 1)).astype("float32")
    volume = Volume(data, np.diag([1.0, 2.0, 5.0, 1.0]), np.zeros(1), "P", "")
    phases.phases(volume, 0, [ax], plane)
    assert ax.get_aspect() == aspect
    mask = Mask(np.ones((9, 9, 9), bool), np.ones(9, bool), ("all",))
    protocol = replace(DEMO, plane=plane, phases=(0,))
    prepared = slices.prepare(volume, mask, protocol)
    outlines.prediction(prepared, prepared.truth, 0, protocol, ax)
    assert ax.get_aspect() == aspect
