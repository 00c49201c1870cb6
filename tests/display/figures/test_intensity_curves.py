"""Curves name the region that takes up most of the contrast agent."""

import numpy as np

from helpers.display.figures.intensity_curves import curves
from helpers.imaging.volumes import Volume


def test_curves_name_the_region_that_rises_most(ax):
    data = np.ones((4, 4, 2, 3), "float32")
    data[:2, ..., 1:] = 3
    volume = Volume(data, np.eye(4), np.array([0.0, 60, 120]), "", "")
    left = np.zeros((4, 4, 2), bool)
    left[:2] = True
    curves(volume, {"lesion": left, "fat": ~left}, ax)
    assert ax.get_title() == "Lesion rises most: +200%"
    assert "fat +0%" in ax.get_label()
