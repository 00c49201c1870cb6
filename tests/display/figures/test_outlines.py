"""What the network was given lies under the outlines of the same patient."""

from dataclasses import replace

import numpy as np

from helpers.display.figures import outlines
from helpers.protocol import SMOKE
from tests.learning.conftest import disc_patient

SMALL = replace(SMOKE, size=32, spacing=2.0)


def test_the_networks_input_covers_the_patients_grid_however_thick_the_slices_are(ax):
    patient = disc_patient("P", np.random.default_rng(1), SMALL.size)  # slices of 4 mm
    outlines.prediction(patient, patient.truth, 1, SMALL, ax)
    rows, columns = patient.truth.shape[1:]
    assert list(ax.images[0].get_extent()) == [-0.5, columns - 0.5, -0.5, rows - 0.5]
    assert ax.get_label()


def test_nine_masks_have_nine_outlines(ax):
    masks = {f"mask{n}": np.eye(12, dtype=bool) for n in range(9)}
    outlines.outline(np.ones((12, 12)), masks, ax)
    lines = [n for n in ax.lines if n.get_label() in masks]
    assert len({(n.get_color(), n.get_linestyle()) for n in lines}) == len(ax.collections) == 9
