"""HD95: how far the drawn boundary lies from the true one.

Convention: in the plane. In each slice a mask's boundary is its pixels with a face-neighbour
outside the mask or outside the image. The distance in mm of each boundary pixel to the other
mask's boundary is gathered over all slices of the patient, and HD95 is the larger of the two
95th percentiles (truth → drawn, drawn → truth), as in MONAI's ``compute_hausdorff_distance``.
Where a slice has only one of the two masks, each of its boundary pixels counts the slice's
diagonal: no distance is longer. Slices are not joined in depth, because labels may skip slices.
"""

import numpy as np
from scipy import ndimage


def hd95_mm(truth, drawn, spacing):
    """HD95 in mm of two masks; 0 when both are empty, the slice's diagonal when one is.

    truth, drawn : (slice, rows, columns) bool
    spacing      : (2,) mm, rows and columns
    """
    diagonal = float(np.hypot(*np.multiply(truth.shape[1:], spacing)))
    there, back = [], []
    for one, other in zip(truth, drawn, strict=True):
        edges = boundary(one), boundary(other)
        there.append(_distances(*edges, spacing, diagonal))
        back.append(_distances(*reversed(edges), spacing, diagonal))
    return max(_percentile(there), _percentile(back))


def patient_hd95(segmentation, prepared):
    """HD95 in mm over the labelled slices of one patient; (slice, rows, columns) bool."""
    labelled = prepared.labelled
    return hd95_mm(prepared.truth[labelled], segmentation[labelled], prepared.spacing)


def boundary(mask):
    """The pixels of a (rows, columns) bool mask that touch its outside with a face."""
    return mask & ~ndimage.binary_erosion(mask)


def _distances(edge, other, spacing, worst):
    """Distance in mm of each pixel of one boundary to the nearest of the other."""
    if not other.any():
        return np.full(np.count_nonzero(edge), worst)
    box = _around(edge | other)
    distance = ndimage.distance_transform_edt(~other[box], sampling=spacing)
    return distance[edge[box]]


def _around(pixels):
    """The smallest rectangle, as two slices, that holds all true pixels."""
    return ndimage.find_objects(pixels.astype("int8"))[0]


def _percentile(parts):
    distances = np.concatenate(parts) if parts else np.zeros(0)
    return float(np.percentile(distances, 95)) if len(distances) else 0.0
