"""Small phantoms with four masses each, and findings that were made by hand."""

from dataclasses import replace

import pytest

from helpers.imaging.phantom.patient import make_patient
from helpers.imaging.volumes import Volume
from helpers.protocol import LESIONS

SMALL = replace(
    LESIONS, patients=4, folds=2, phantom_matrix=112, phantom_slices=20, own=("phantom_matrix",)
)


def volume_of(phantom):
    """A phantom's data as a Volume."""
    return Volume(phantom.data, phantom.affine, phantom.times, phantom.patient)


@pytest.fixture(scope="session")
def phantom():
    """One patient of SMALL."""
    return make_patient(1, SMALL)
