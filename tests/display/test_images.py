"""What the network was given lies under the outlines of the same patient."""

from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np

from helpers.display import images
from helpers.protocol import SMOKE
from tests.learning.conftest import disc_patient

SMALL = replace(SMOKE, size=32, spacing=2.0)


def test_the_networks_input_covers_the_patients_grid_however_thick_the_slices_are():
    patient = disc_patient("P", np.random.default_rng(1), SMALL.size)  # slices of 4 mm
    _, ax = plt.subplots()
    images.prediction(patient, patient.truth, 1, SMALL, ax)
    rows, columns = patient.truth.shape[1:]
    assert list(ax.images[0].get_extent()) == [0, columns, 0, rows]
    assert ax.get_label()
    plt.close()
