"""Measures of a patient against slow, obvious versions."""

import numpy as np

from helpers.imaging.slices import Prepared
from helpers.learning import measures


def _patient(name, seed):
    rng = np.random.default_rng(seed)
    truth = rng.random((3, 6, 5)) > 0.4
    labelled = np.array([True, False, True])
    return Prepared(name, None, None, labelled, truth, (2.0, 1.0, 1.5))


def test_each_patient_gets_each_measure_of_its_own_mask():
    patients = [_patient("A", 1), _patient("B", 2)]
    drawn = [patients[0].truth, ~patients[1].truth]
    found = measures.of(patients, drawn)
    assert found.keys() == measures.MEASURES.keys()
    assert {tuple(by_patient) for by_patient in found.values()} == {("A", "B")}
    assert found["dsc_percent"] == {"A": 100, "B": 0}
    assert found["hd95_mm"]["A"] == 0 < found["hd95_mm"]["B"]


def test_the_dsc_of_a_patient_counts_the_labelled_slices_voxel_by_voxel():
    patient = _patient("A", 3)
    drawn = _patient("B", 4).truth
    both = one = other = 0
    for place in np.ndindex(drawn.shape):
        if patient.labelled[place[0]]:
            both += patient.truth[place] and drawn[place]
            one, other = one + patient.truth[place], other + drawn[place]
    slow = 100 * 2 * both / (one + other)
    assert abs(measures.of([patient], [drawn])["dsc_percent"]["A"] - slow) < 1e-9
