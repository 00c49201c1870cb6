"""Slices for the network: upright, on its grid, scaled by the patient's own first phase."""

from dataclasses import dataclass

import nibabel as nib
import numpy as np

from helpers.errors import InputError
from helpers.imaging.resampling import area_mean


@dataclass(frozen=True)
class Prepared:
    """One patient as the network sees it, with what is needed to go back.

    images   : (slice, height, width, channel) float32, zero mean and unit SD of the first channel
    masks    : (slice, height, width, 1) float32, 0 or 1
    labelled : (slice,) bool, False where the truth is unknown
    truth    : (slice, rows, columns) bool, the breast mask on the patient's grid
    spacing  : (3,) mm a voxel of the patient's grid: slices, rows and columns
    """

    patient: str
    images: np.ndarray
    masks: np.ndarray
    labelled: np.ndarray
    truth: np.ndarray
    spacing: tuple[float, float, float]


def prepare(volume, mask, protocol):
    """A volume and its breast mask on the protocol's grid.

    volume : Volume, (x, y, z, time)
    mask   : Mask on the volume's grid, (x, y, z) bool with the labelled slices
    raises : InputError when the volume lacks a phase the protocol needs, when a phase is blank
             and when nothing of the mask is left on the protocol's grid
    """
    name = volume.patient or "The volume"
    missing = [p for p in protocol.phases if p >= volume.data.shape[3]]
    if missing:
        raise InputError(
            f"{name} has {volume.data.shape[3]} phases and the protocol "
            f"needs phase {missing[0]}: choose other phases."
        )
    phases = upright(volume.data[..., list(protocol.phases)], volume.affine)
    truth = upright(mask.voxels, volume.affine)
    spacing = tuple(_upright_spacing(volume.affine))
    images = np.moveaxis(area_mean(phases, spacing, protocol), 1, -1)
    _check_blank(name, phases, images, protocol)
    images = normalise(images)
    masks = area_mean(truth[:, None].astype("float32"), spacing, protocol) > 0.5
    masks = np.moveaxis(masks, 1, -1).astype("float32")
    labelled = _upright_slices(mask.labelled, volume.affine)
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


def upright(data, affine):
    """Turn (x, y, z[, time]) so that slices come first, up is anterior and right is right.

    data    : (x, y, z) or (x, y, z, time) array, affine (4, 4) voxel → RAS+ mm
    returns : (slice, [time,] rows, columns), rows from posterior to anterior
    """
    data = nib.apply_orientation(data, nib.io_orientation(affine))
    return np.moveaxis(data, (0, 1), (-1, -2)) if data.ndim == 3 else data.transpose(2, 3, 1, 0)


def normalise(images):
    """(…, channel) with the mean and SD of the patient's own first channel taken out.

    raises : InputError when the first channel has no SD
    """
    first = images[..., 0]
    if not first.std():
        raise InputError("The first phase has the same value everywhere: choose another.")
    return ((images - first.mean()) / first.std()).astype("float32")


def _upright_spacing(affine):
    """(slices, rows, columns) spacing in mm after ``upright``."""
    axis = np.argsort(nib.io_orientation(affine)[:, 0])
    columns, rows, between = nib.affines.voxel_sizes(affine)[axis]
    return float(between), float(rows), float(columns)


def _upright_slices(labelled, affine):
    """(z,) bool in the order of ``upright``'s slices."""
    axis, flip = nib.io_orientation(affine)[2]
    if axis != 2:
        raise InputError("Slices are not axial: only axial series can be prepared.")
    return labelled[::-1] if flip < 0 else labelled
