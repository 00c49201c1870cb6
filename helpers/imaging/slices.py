"""Slices for the network and the way back to the patient's grid.

Images are resampled by area mean, masks by majority, then cropped or padded about the centre;
a predicted mask goes back by nearest neighbour, and its DSC is computed there, in 3-D.
"""

from dataclasses import dataclass

import nibabel as nib
import numpy as np
from scipy.sparse import csr_array

from helpers.errors import InputError


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
    check_phases(protocol.phases)
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
    images = np.moveaxis(_area_mean(phases, spacing, protocol), 1, -1)
    _check_blank(name, phases, images, protocol)
    images = normalise(images)
    masks = _area_mean(truth[:, None].astype("float32"), spacing, protocol) > 0.5
    masks = np.moveaxis(masks, 1, -1).astype("float32")
    labelled = _upright_slices(mask.labelled, volume.affine)
    if not masks[labelled].any():
        raise InputError(
            f"{name}: its mask is empty on the protocol's grid; check where image and mask lie."
        )
    return Prepared(volume.patient, images, masks, labelled, truth, spacing)


def check_phases(phases):
    """Raise InputError unless ``phases`` are different whole numbers from 0, one or more."""
    whole = all(isinstance(p, int | np.integer) and not isinstance(p, bool) for p in phases)
    if not phases or not whole or min(phases) < 0 or len(set(phases)) < len(phases):
        raise InputError(
            f"The protocol's phases {phases} are not different numbers from 0: choose other phases."
        )


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


def restore(masks, prepared, protocol):
    """Masks on the network's grid, back on the patient's by nearest neighbour.

    masks   : (slice, height, width) bool
    returns : (slice, rows, columns) bool
    """
    rows, columns = prepared.truth.shape[1:]
    i, inside_i = _nearest(rows, prepared.spacing[1], protocol)
    j, inside_j = _nearest(columns, prepared.spacing[2], protocol)
    return masks[:, i][:, :, j] & inside_i[:, None] & inside_j


def dsc_percent(truth, segmentation):
    """2·n(GS∩SEG) / (n(GS)+n(SEG)) of two bool arrays, in %; 100 when both are empty."""
    total = truth.sum() + segmentation.sum()
    return 100.0 if total == 0 else float(200 * (truth & segmentation).sum() / total)


def patient_dsc(segmentation, prepared):
    """DSC in % over the labelled slices of one patient; (slice, rows, columns) bool."""
    return dsc_percent(prepared.truth[prepared.labelled], segmentation[prepared.labelled])


def round_trip_ceiling(prepared, protocol):
    """The DSC in % that a perfect network would reach: the truth there and back."""
    return patient_dsc(restore(prepared.masks[..., 0] > 0.5, prepared, protocol), prepared)


def patient_folds(patients, folds, seed):
    """Deal the patients to folds by a seed of their own.

    patients : sequence of names, each once
    returns  : list of ``folds`` lists of names, sizes differing by one at most
    """
    if len(set(patients)) != len(patients):
        raise InputError("A patient is listed twice: every patient belongs to one fold.")
    if not 2 <= folds <= len(patients):
        raise InputError(f"{len(patients)} patients cannot be dealt to {folds} folds.")
    dealt = np.random.default_rng(seed).permutation(sorted(patients))
    return [sorted(map(str, part)) for part in np.array_split(dealt, folds)]


def _area_mean(data, spacing, protocol):
    """(slice, channel, rows, columns) on the protocol's grid; outside the image is zero.

    Sparse products, because a dense one is summed in an order that depends on BLAS' threads.
    """
    down = csr_array(_overlap(data.shape[2], spacing[-2], protocol))
    across = csr_array(_overlap(data.shape[3], spacing[-1], protocol))
    planes = data.reshape(-1, *data.shape[2:]).astype("float32", copy=False)
    small = [(across @ (down @ plane).T).T for plane in planes]
    return np.stack(small).reshape(*data.shape[:2], protocol.size, protocol.size)


def _overlap(n, spacing, protocol):
    """(size, n) share of each protocol's pixel that each of n pixels covers, centres aligned."""
    edges = (np.arange(n + 1) - n / 2) * spacing
    target = (np.arange(protocol.size + 1) - protocol.size / 2) * protocol.spacing
    left = np.maximum(edges[:-1], target[:-1, None])
    right = np.minimum(edges[1:], target[1:, None])
    return (np.maximum(right - left, 0) / protocol.spacing).astype("float32")


def _nearest(n, spacing, protocol):
    """For n pixels the index of the protocol's pixel at their centre, and whether there is one."""
    centre = (np.arange(n) + 0.5 - n / 2) * spacing
    index = np.floor(centre / protocol.spacing + protocol.size / 2).astype(int)
    return index.clip(0, protocol.size - 1), (index >= 0) & (index < protocol.size)


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
