"""Slices for the network: upright, on its grid, scaled by the patient's own first phase."""

from dataclasses import dataclass

import nibabel as nib
import numpy as np

from helpers.errors import InputError
from helpers.imaging import planes
from helpers.imaging.planes import upright
from helpers.imaging.resampling import area_mean


@dataclass(frozen=True)
class Prepared:
    """One patient as the network sees it, with what is needed to go back.

    images   : (slice, height, width, channel) float32, zero mean and unit SD of the first channel
    masks    : (slice, height, width, 1) float32, 0 or 1
    labelled : (slice,) bool, False where the truth is unknown
    truth    : (slice, rows, columns) bool, the breast mask on the patient's grid
    spacing  : (3,) mm a voxel of the patient's grid: slices, rows and columns
    subject  : whose image it is: the patient, where nothing else is said
    """

    patient: str
    images: np.ndarray
    masks: np.ndarray
    labelled: np.ndarray
    truth: np.ndarray
    spacing: tuple[float, float, float]
    subject: str = ""

    def __post_init__(self):
        """An image without a subject is its patient's own."""
        object.__setattr__(self, "subject", str(self.subject) or self.patient)


def prepare(volume, mask, protocol):
    """A volume and its breast mask on the protocol's grid, in the protocol's plane.

    volume : Volume, (x, y, z, time)
    mask   : Mask on the volume's grid, (x, y, z) bool with the labelled slices
    raises : InputError when the volume lacks a phase the protocol needs, when a phase is blank,
             when nothing of the mask is left on the protocol's grid, and when only some slices are
             labelled and lie across the protocol's
    """
    name = volume.patient or "The volume"
    missing = [p for p in protocol.phases if p >= volume.data.shape[3]]
    if missing:
        raise InputError(
            f"{name} has {volume.data.shape[3]} phases and the protocol "
            f"needs phase {missing[0]}: choose other phases."
        )
    labelled = _labelled(name, mask, volume.affine, protocol.plane)
    phases = upright(volume.data[..., list(protocol.phases)], volume.affine, protocol.plane)
    truth = upright(mask.voxels, volume.affine, protocol.plane)
    spacing = planes.spacing(volume.affine, protocol.plane)
    images = np.moveaxis(area_mean(phases, spacing, protocol), 1, -1)
    _check_blank(name, phases, images, protocol)
    images = normalise(images)
    masks = area_mean(truth[:, None].astype("float32"), spacing, protocol) > 0.5
    masks = np.moveaxis(masks, 1, -1).astype("float32")
    if not masks[labelled].any():
        raise InputError(
            f"{name}: its mask is empty on the protocol's grid; check where image and mask lie."
        )
    return Prepared(volume.patient, images, masks, labelled, truth, spacing)


def _check_blank(name, phases, images, protocol):
    for channel, phase in enumerate(protocol.phases):
        same = np.ptp(phases[:, channel]) == 0
        if same or images[..., channel].std() <= 1e-6 * np.abs(images[..., channel]).max():
            raise InputError(
                f"{name}: phase {phase} has the same value everywhere; get it again or choose "
                "other phases."
            )


def normalise(images):
    """(…, channel) with the mean and SD of the patient's own first channel taken out.

    raises : InputError when the first channel has no SD
    """
    first = images[..., 0]
    if not first.std():
        raise InputError("The first phase has the same value everywhere: choose another.")
    return ((images - first.mean()) / first.std()).astype("float32")


def _labelled(name, mask, affine, plane):
    """Which of ``upright``'s slices are labelled, (slice,) bool; the mask's are along its z."""
    turn = nib.io_orientation(affine)
    across = planes.order(affine, plane)[0]
    if turn[2, 0] == across:
        return mask.labelled[::-1] if turn[2, 1] < 0 else mask.labelled
    if not mask.labelled.all():
        raise InputError(
            f"{name}: only some of its slices are drawn, and the protocol cuts across them: choose "
            "the plane in which they were drawn."
        )
    return np.ones(mask.voxels.shape[list(turn[:, 0]).index(across)], bool)
