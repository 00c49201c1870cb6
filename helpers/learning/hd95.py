"""HD95: how far the drawn surface lies from the true one, in 3-D.

Convention: a mask's surface is its voxels with a face-neighbour outside the mask or outside the
image. The distance in mm of each surface voxel's centre to the nearest one of the other mask is
taken both ways, and HD95 is the larger of the two 95th percentiles, as in MONAI's
``compute_hausdorff_distance``. Only labelled slices are looked at; a face towards a slice without
a label is no surface. Between thick slices the distance is a multiple of their spacing at worst,
so that HD95 of a coarse volume says little below that length.
"""

import numpy as np
from scipy import ndimage
from scipy.spatial import KDTree


def hd95_mm(truth, drawn, spacing, labelled=None):
    """HD95 in mm of two masks; 0 when both are empty, the volume's diagonal when one is.

    truth, drawn : (slice, rows, columns) bool
    spacing      : (3,) mm, slices, rows and columns
    labelled     : (slice,) bool, the slices that count; all when None
    """
    labelled = np.ones(len(truth), bool) if labelled is None else labelled
    one, other = (np.argwhere(surface(m, labelled)) * spacing for m in (truth, drawn))
    if not len(one) and not len(other):
        return 0.0
    if not len(one) or not len(other):
        return float(np.linalg.norm(np.multiply(truth.shape, spacing)))
    return max(_far(one, other), _far(other, one))


def patient_hd95(segmentation, prepared):
    """HD95 in mm over the labelled slices of one patient; (slice, rows, columns) bool."""
    return hd95_mm(prepared.truth, segmentation, prepared.spacing, prepared.labelled)


def surface(mask, labelled):
    """The voxels of the labelled slices that touch the mask's outside with a face.

    mask     : (slice, rows, columns) bool
    labelled : (slice,) bool
    """
    known = labelled[:, None, None]
    return mask & known & ~ndimage.binary_erosion(mask | ~known)


def _far(points, others):
    """The 95th percentile of the distances from each point to the nearest of the others."""
    return float(np.percentile(KDTree(others).query(points)[0], 95))
