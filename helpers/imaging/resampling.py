"""From the patient's grid to the network's and back.

Images are resampled by area mean, masks by majority, then cropped or padded about the centre; a
predicted mask goes back by nearest neighbour. Data and grid are centred on one another.
"""

import numpy as np
from scipy.sparse import csr_array


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
