"""Regions of interest: what enhances within a breast mask, in pieces that may be lesions."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

LEAST_ML = 0.15  # a smaller piece is noise or a vessel
LARGEST_ML = 60.0  # a larger piece is parenchyma, not a mass
OVERLAP = 0.1  # intersection over union from which a candidate is a lesion's


@dataclass(frozen=True)
class Candidate:
    """A piece of what enhances.

    voxels : (n, 3) int, x, y, z; centre : (3,) mm RAS+; ml : its volume
    """

    voxels: np.ndarray
    centre: tuple[float, float, float]
    ml: float

    @property
    def where(self):
        """The voxels as an index into an array (x, y, z)."""
        return tuple(self.voxels.T)


def find(mean, mask, affine, threshold):
    """The candidates of a patient: connected pieces of mask above a threshold, largest first.

    mean      : (x, y, z) relative enhancement; mask : (x, y, z) bool, the breast
    affine    : (4, 4), voxel → RAS+ mm; threshold : of relative enhancement
    returns   : list of `Candidate`. Threads thinner than three voxels are opened away within
                each slice: vessels and skin
    """
    box = ndimage.find_objects(mask.astype(np.uint8))
    if not box:
        return []
    hot = ndimage.binary_opening((mean[box[0]] > threshold) & mask[box[0]], _CROSS)
    pieces, count = ndimage.label(hot)
    voxel_ml = abs(np.linalg.det(affine[:3, :3])) / 1000
    sizes = np.bincount(pieces.ravel(), minlength=count + 1) * voxel_ml
    kept = [n for n in range(1, count + 1) if LEAST_ML <= sizes[n] <= LARGEST_ML]
    corner = np.array([part.start for part in box[0]])
    parts = ndimage.find_objects(pieces)
    made = [_candidate(pieces, n, parts[n - 1], corner, affine, sizes[n]) for n in kept]
    return sorted(made, key=lambda one: -one.ml)


def lesion_of(candidate, lesions):
    """The number of the lesion that a candidate is, or 0.

    lesions : (x, y, z) int, number of the lesion of each voxel, 0 none. A candidate is the lesion
              with which its intersection over union is largest, and at least ``OVERLAP``
    """
    within = np.bincount(lesions[candidate.where], minlength=2)
    sizes = np.bincount(lesions.ravel(), minlength=len(within))[: len(within)]
    shares = within / (sizes + len(candidate.voxels) - within)
    shares[0] = 0
    number = int(shares.argmax())
    return number if shares[number] >= OVERLAP else 0


_CROSS = np.zeros((3, 3, 3), bool)
_CROSS[:, :, 1] = ndimage.generate_binary_structure(2, 1)


def _candidate(pieces, number, part, corner, affine, ml):
    voxels = np.argwhere(pieces[part] == number) + [p.start for p in part] + corner
    centre = affine[:3, :3] @ voxels.mean(0) + affine[:3, 3]
    return Candidate(voxels, tuple(map(float, centre)), float(ml))
