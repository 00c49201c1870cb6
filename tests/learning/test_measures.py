"""Measures of a patient against other tools and slow, obvious versions."""

from dataclasses import replace

import nibabel as nib
import numpy as np
import pytest

from helpers.imaging import dsc
from helpers.learning import measures
from helpers.protocol import SMOKE
from tests.learning.conftest import disc_patient

GRID = replace(SMOKE, size=16, spacing=2.3)


@pytest.fixture
def patient():
    """A disc, its last slice without a label."""
    made = disc_patient("left", np.random.default_rng(5), GRID.size)
    made.labelled[-1] = False
    return replace(made, spacing=(4.0, 1.5, 1.25), subject="anna")


def test_volumes_are_nibabels_in_the_labelled_slices(patient):
    drawn = np.random.default_rng(0).random(patient.truth.shape) < 0.3
    found = measures.of([patient], [drawn], GRID)
    for name, mask in (("volume_ml", drawn), ("truth_ml", patient.truth)):
        image = nib.Nifti1Image(mask[:-1].astype("uint8"), np.diag([*patient.spacing, 1.0]))
        cubic_mm = nib.imagestats.mask_volume(image)
        assert found[name]["left"] == pytest.approx(cubic_mm / 1000)


def test_the_ceiling_is_what_a_network_without_a_fault_has(patient):
    back = dsc.restore(patient.masks[..., 0] > 0.5, patient, GRID)
    found = measures.of([patient], [back], GRID)
    assert found["ceiling_percent"] == found["dsc_percent"]
    assert found["ceiling_percent"]["left"] < 100


def test_a_record_names_the_subject_or_the_patient_where_there_is_none(patient):
    alone = replace(patient, patient="berta", subject="")
    found = measures.of([patient, alone], [patient.truth, alone.truth], GRID)
    assert found["subject"] == {"left": "anna", "berta": "berta"}


def test_the_dsc_of_a_patient_counts_the_labelled_slices_voxel_by_voxel(patient):
    drawn = np.random.default_rng(4).random(patient.truth.shape) < 0.4
    both = one = other = 0
    for place in np.ndindex(drawn.shape):
        if patient.labelled[place[0]]:
            both += patient.truth[place] and drawn[place]
            one, other = one + patient.truth[place], other + drawn[place]
    found = measures.of([patient], [drawn], GRID)["dsc_percent"]["left"]
    assert found == pytest.approx(100 * 2 * both / (one + other), abs=1e-9)
