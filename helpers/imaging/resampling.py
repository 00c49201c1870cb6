"""From the patient's grid to the network's and back.

Images are resampled by area mean, masks by majority, then cropped or padded about the centre; a
predicted mask goes back by nearest neighbour. Data and grid are centred on one another. Where the
spacing of both is the same, whole pixels are cropped or padded and nothing is resampled: an odd
number of them lies half a pixel off the centre of an even one.
"""

import numpy as np
from scipy.sparse import csr_array

SAME = 1e-3  # spacings that differ by less, relatively, are one


def area_mean(data, spacing, protocol):
    """(slice, channel, rows, columns) on the protocol's grid; outside the image is zero.

    Sparse products, because a dense one is summed in an order that depends on BLAS' threads.
    """
    down = csr_array(_overlap(data.shape[2], spacing[-2], protocol))
    across = csr_array(_overlap(data.shape[3], spacing[-1], protocol))
    planes = data.reshape(-1, *data.shape[2:]).astype("float32", copy=False)
    small = [(across @ (down @ plane).T).T for plane in planes]
    return np.stack(small).reshape(*data.shape[:2], protocol.size, protocol.size)


def restore(masks, prepared, protocol):
    """Masks on the network's grid, back on the patient's by nearest neighbour.

    masks   : (slice, height, width) bool
    returns : (slice, rows, columns) bool
    """
    rows, columns = prepared.truth.shape[1:]
    i, inside_i = _nearest(rows, prepared.spacing[1], protocol)
    j, inside_j = _nearest(columns, prepared.spacing[2], protocol)
    return masks[:, i][:, :, j] & inside_i[:, None] & inside_j


def field(n, spacing, protocol):
    """Where the protocol's grid begins and ends along n pixels: two positions in pixels.

    0 is the outer edge of the first pixel, n that of the last; spacing : mm a pixel.
    """
    if is_same(spacing, protocol.spacing):
        first = -_pixels_before(n, protocol)
        return first, first + protocol.size
    half = protocol.size * protocol.spacing / 2 / spacing
    return n / 2 - half, n / 2 + half


def outside(prepared, protocol):
    """How many voxels of the truth in labelled slices lie outside the protocol's grid: int."""
    whole = np.ones((1, protocol.size, protocol.size), bool)
    inside = restore(whole, prepared, protocol)[0]
    return int((prepared.truth[prepared.labelled] & ~inside).sum())


def is_same(one, other):
    """Whether two spacings in mm are one, so that nothing need be resampled."""
    return abs(one / other - 1) < SAME


def _pixels_before(n, protocol):
    """Pixels of the protocol's grid before the first of n; negative where those are cropped."""
    return (protocol.size - n) // 2


def _overlap(n, spacing, protocol):
    """(size, n) share of each protocol's pixel that each of n pixels covers, centres aligned."""
    if is_same(spacing, protocol.spacing):
        return np.eye(protocol.size, n, -_pixels_before(n, protocol), "float32")
    edges = (np.arange(n + 1) - n / 2) * spacing
    target = (np.arange(protocol.size + 1) - protocol.size / 2) * protocol.spacing
    left = np.maximum(edges[:-1], target[:-1, None])
    right = np.minimum(edges[1:], target[1:, None])
    return (np.maximum(right - left, 0) / protocol.spacing).astype("float32")


def _nearest(n, spacing, protocol):
    """For n pixels the index of the protocol's pixel at their centre, and whether there is one."""
    if is_same(spacing, protocol.spacing):
        index = np.arange(n) + _pixels_before(n, protocol)
    else:
        centre = (np.arange(n) + 0.5 - n / 2) * spacing
        index = np.floor(centre / protocol.spacing + protocol.size / 2).astype(int)
    return index.clip(0, protocol.size - 1), (index >= 0) & (index < protocol.size)
