"""Motion between phases: each side's shift against the first phase, found and taken back.

A shift of each breast as a whole, no turning and no bending: what scikit-image's phase
cross-correlation finds (Guizar-Sicairos et al., Opt Lett 2008;33:156).
"""

from dataclasses import replace

import numpy as np
from scipy import ndimage

SEAM = 30.0  # mm about the middle over which one side's shift becomes the other's
FINE = 20  # parts of a voxel


def shifts(volume):
    """How far each phase has moved against the first: (time, side, 3) mm along x, y, z.

    Sides are the lower and the upper half of x.
    """
    first = _halves(volume.data[..., 0])
    found = np.zeros((volume.data.shape[3], 2, 3))
    for phase in range(1, len(found)):
        pairs = zip(first, _halves(volume.data[..., phase]), strict=True)
        found[phase] = [_shift(*pair) * volume.spacing for pair in pairs]
    return found


def aligned(volume, moved=None):
    """The volume with every phase moved back onto the first.

    moved : (time, side, 3) mm, as `shifts` gives it; found when None
    """
    moved = shifts(volume) if moved is None else moved
    data = volume.data.copy()
    for phase in range(1, data.shape[3]):
        data[..., phase] = _moved_back(data[..., phase], moved[phase], volume.spacing)
    return replace(volume, data=data)


def _halves(block):
    middle = block.shape[0] // 2
    return block[:middle], block[middle:]


def _shift(first, other):
    """By how many voxels ``other`` lies off ``first``: (3,)."""
    from skimage.registration import phase_cross_correlation

    plain = {"normalization": None, "upsample_factor": FINE}
    return -np.asarray(phase_cross_correlation(first, other, **plain)[0])


def _moved_back(block, sides, spacing):
    """One phase, each column of x by a shift between those of the two sides."""
    x = (np.arange(block.shape[0]) - (block.shape[0] - 1) / 2) * spacing[0]
    share = np.clip(0.5 + x / SEAM, 0, 1)[:, None]
    steps = ((1 - share) * sides[0] + share * sides[1]) / spacing
    if np.allclose(steps, steps[0]):
        return ndimage.shift(block, -steps[0], order=1, mode="nearest")
    places = np.indices(block.shape, dtype="float32")
    places += np.moveaxis(steps, 1, 0)[:, :, None, None].astype("float32")
    return ndimage.map_coordinates(block, places, order=1, mode="nearest")
