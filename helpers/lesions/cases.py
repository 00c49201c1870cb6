"""A phantom patient for this wing: volume, breast, and every lesion with its kind."""

from dataclasses import dataclass

import nibabel as nib
import numpy as np

from helpers.errors import InputError
from helpers.imaging import cohort_folder, masks, planes
from helpers.imaging.grids import in_stored_order
from helpers.imaging.phantom import masses
from helpers.imaging.phantom.anatomy import Tissue
from helpers.imaging.volumes import Volume

KIND = {Tissue.LESION_MALIGNANT: "malignant", Tissue.LESION_BENIGN: "benign"}
LEAST_PHASES = 3


@dataclass(frozen=True)
class Case:
    """One patient and the truth.

    breast  : (x, y, z) bool, as it was drawn by hand
    lesions : (x, y, z) uint8, number of the lesion of each voxel, 0 none
    kinds   : dict of number → malignant or benign, of lesions that have a voxel
    """

    patient: str
    volume: Volume
    breast: np.ndarray
    lesions: np.ndarray
    kinds: dict


def of_phantoms(protocol, folder):
    """The patients of a protocol's phantom cohort, by name: dict of name → PatientFiles.

    raises : InputError as `check`
    """
    check(protocol)
    found = cohort_folder.find(folder)[: protocol.patients]
    return {one.patient: one for one in found}


def check(protocol):
    """Refuse a protocol whose patients' lesions are not known; InputError says what to do."""
    if protocol.cohort != "phantom":
        raise InputError("Lesions and their kinds are known of phantoms only: choose lesions.")
    if protocol.phantom_phases < LEAST_PHASES:
        raise InputError(
            f"{protocol.name} has {protocol.phantom_phases} phases, and a wash-out needs three: "
            "choose lesions."
        )


def read(files, protocol):
    """The `Case` of a phantom's PatientFiles."""
    volume, breast = files.read()
    lesions = masses.drawn(int(files.patient.rpartition("_")[2]), protocol)
    numbers = masses.labels(_lesion(files, volume), volume.affine, lesions)
    there = np.unique(numbers[numbers > 0])
    kinds = {int(n): KIND[lesions[n - 1].kind] for n in there}
    return Case(files.patient, volume, breast.voxels, numbers, kinds)


def on_volume(mask, affine, plane):
    """A mask (slice, rows, columns) as ``planes.upright`` turned it, back as (x, y, z)."""
    turned = mask.transpose(np.argsort(planes.order(affine, plane)))
    return in_stored_order(turned, nib.io_orientation(affine))


def _lesion(files, volume):
    """All lesions together; the breast of the same file was read before, so one that has no such
    segment has no lesion in any slice."""
    try:
        return masks.read_mask(files.mask, volume, ("Lesion",)).voxels
    except InputError:
        return np.zeros(volume.data.shape[:3], bool)
