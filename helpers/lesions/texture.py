"""Local binary patterns over space and time: on the planes x-y, x-t and y-t.

LBP-TOP (Zhao and Pietikäinen, IEEE Trans Pattern Anal 2007;29:915), in breast DCE-MRI: Piantadosi
et al., ICIAP 2015.
"""

import warnings

import numpy as np

POINTS, RADIUS = 8, 1
BINS = POINTS + 2  # uniform patterns that do not depend on rotation, and all others
PLANES = ("xy", "xt", "yt")
NAMES = tuple(f"lbp_{plane}_{n}" for plane in PLANES for n in range(BINS))


def patterns(data, voxels):
    """Shares of the patterns in some voxels, on each plane in turn: (3 × BINS,) float.

    data : (x, y, z, time) signal, of three phases or more; voxels : (n, 3) int
    On x-t and y-t the first and the last phase count as neighbours only.
    """
    low, high = voxels.min(0) - RADIUS, voxels.max(0) + RADIUS + 1
    low[2], high[2] = voxels[:, 2].min(), voxels[:, 2].max() + 1
    low, high = np.maximum(low, 0), np.minimum(high, data.shape[:3])
    block = data[tuple(map(slice, low, high))]
    x, y, z = (voxels - low).T
    in_time = slice(RADIUS, block.shape[3] - RADIUS)
    every = (
        _on_planes(block, (2, 3, 0, 1))[z, :, x, y],
        _on_planes(block, (1, 2, 0, 3))[y, z, x, in_time],
        _on_planes(block, (0, 2, 1, 3))[x, z, y, in_time],
    )
    return np.concatenate([_shares(codes) for codes in every])


def _on_planes(block, order):
    """Patterns of all planes of the last two axes, after the axes were put in this order."""
    from skimage.feature import local_binary_pattern

    turned = block.transpose(order)
    flat = turned.reshape(-1, *turned.shape[2:])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # signal is no whole number after alignment
        codes = [local_binary_pattern(plane, POINTS, RADIUS, "uniform") for plane in flat]
    return np.reshape(codes, turned.shape).astype(int)


def _shares(codes):
    return np.bincount(codes.ravel(), minlength=BINS) / codes.size
