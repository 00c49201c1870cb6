"""In which plane a volume is cut into slices, and how a slice stands upright.

axial: up is anterior, right is right. coronal: up is the head, right is right. sagittal: up is the
head, right is anterior. acquired: whichever of them has its slices across the coarsest axis.
"""

import nibabel as nib
import numpy as np

from helpers.imaging.resampling import is_same

ORDERS = {"axial": (2, 1, 0), "coronal": (1, 2, 0), "sagittal": (0, 2, 1)}
"""Plane → axes of RAS that slices, rows and columns go along; of equals the first is acquired."""


def upright(data, affine, plane="axial"):
    """Turn (x, y, z[, time]) so that slices come first and each stands upright.

    data    : (x, y, z) or (x, y, z, time) array, affine (4, 4) voxel → RAS+ mm
    plane   : axial, coronal, sagittal or acquired
    returns : (slice, [time,] rows, columns), rows from below
    """
    turned = nib.apply_orientation(data, nib.io_orientation(affine))
    between, rows, columns = order(affine, plane)
    return turned.transpose(between, *range(3, data.ndim), rows, columns)


def spacing(affine, plane="axial"):
    """Spacing of slices, rows and columns after ``upright``: (3,) floats, mm."""
    found = _ras_spacing(affine)
    return tuple(float(found[axis]) for axis in order(affine, plane))


def order(affine, plane):
    """The axes of RAS, 0 to 2, that slices, rows and columns go along: (3,) ints."""
    return ORDERS[acquired(affine) if plane == "acquired" else plane]


def acquired(affine):
    """The plane whose slices lie across the coarsest axis; axial where no axis is coarsest."""
    found = _ras_spacing(affine)
    coarsest = (p for p, o in ORDERS.items() if is_same(found[o[0]], found.max()))
    return next(coarsest)


def _ras_spacing(affine):
    """Spacing along right, anterior and superior, (3,) mm."""
    axes = np.argsort(nib.io_orientation(affine)[:, 0])
    return nib.affines.voxel_sizes(affine)[axes]
