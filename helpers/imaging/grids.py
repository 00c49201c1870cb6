"""Where the voxels of an image lie, in millimetres, and how one grid fits on another.

DICOM counts columns and rows and points to the left, the back and the head (LPS+); everything
behind this module is voxel → RAS+ mm, the voxel axes turned to the nearest of right, front and
head, as dcm2niix does with 3-D acquisitions.
"""

import numpy as np
from nibabel import orientations

from helpers.errors import InputError

LPS_TO_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])
FARTHEST = 1e6  # voxels: a mask that begins farther away has a broken header
SQUARE = 0.02  # cosine between two axes of an image, as slices may be sheared
COINCIDE = 0.1  # voxel: centres nearer than this are the same voxel


def plane_affine(position, orientation, spacing, step=(0.0, 0.0, 1.0)):
    """(column, row, slice) → RAS+ mm of a DICOM image, as a (4, 4) array.

    ``position`` (3,) mm, ``orientation`` (6,) and ``spacing`` (row, column) mm are the header's;
    ``step`` (3,) mm leads from this slice to the next. Equation C.7.6.2.1-1 of DICOM PS3.3.
    Raises InputError when the axes do not span a space.
    """
    rows_then_columns = np.asarray(spacing, float)[::-1]
    affine = np.eye(4)
    affine[:3, :2] = np.reshape(orientation, (2, 3)).T * rows_then_columns
    affine[:3, 2] = step
    affine[:3, 3] = position
    return check_affine(LPS_TO_RAS @ affine)


def check_affine(affine):
    """``affine`` itself; raises InputError when it is not finite or flattens space."""
    affine = np.asarray(affine, float)
    if not np.isfinite(affine).all() or abs(np.linalg.det(affine[:3, :3])) < 1e-9:
        raise InputError("the header's geometry is impossible; export the image anew.")
    return affine


def check_square(affine):
    """``affine`` itself; raises InputError when its axes are not perpendicular."""
    axes = affine[:3, :3] / np.linalg.norm(affine[:3, :3], axis=0)
    if np.abs(axes.T @ axes - np.eye(3)).max() > SQUARE:
        raise InputError(
            "its axes are not perpendicular (sheared, as by an affine registration); resample it "
            "first."
        )
    return affine


def normal(orientation):
    """Unit vector across the slices, (3,), LPS+; raises InputError if the axes are not square."""
    across, down = np.reshape(orientation, (2, 3))
    lengths = np.linalg.norm([across, down], axis=1)
    if not np.allclose(lengths, 1, atol=1e-3) or abs(across @ down) > 1e-3:
        raise InputError(
            "the header's image axes are not perpendicular unit vectors; export the image anew."
        )
    return np.cross(across, down)


def to_nearest_ras(affine, shape):
    """How to turn a grid to the nearest RAS+ axes.

    Gives the orientation for ``nibabel.orientations.apply_orientation``, the turned shape (3,)
    and the turned affine (4, 4). Raises InputError when two axes point the same way.
    """
    turn = orientations.io_orientation(affine)
    if np.isnan(turn).any():
        raise InputError("the header's geometry is impossible; export the image anew.")
    shape = np.asarray(shape)
    turned_shape = np.empty(3, int)
    turned_shape[turn[:, 0].astype(int)] = shape
    return turn, tuple(turned_shape.tolist()), affine @ orientations.inv_ornt_aff(turn, shape)


def in_stored_order(array, turn):
    """A view of a turned array in the order of the file: the way back of ``turn``."""
    upright = orientations.axcodes2ornt("RAS")
    return orientations.apply_orientation(array, orientations.ornt_transform(upright, turn))


def place(affine, shape, onto):
    """Which voxel of the grid ``onto`` each voxel of another grid is.

    ``affine`` and ``onto`` (4, 4), voxel → RAS+ mm, ``shape`` (3,) of the first grid. Gives the
    order in which to transpose the first grid's axes, and for each axis after that its indices
    into ``onto``, which may lie outside it. Raises InputError unless the voxel centres of the
    two grids coincide, flipped or turned by right angles at most.
    """
    between = np.linalg.inv(onto) @ affine
    steps, start = np.rint(between[:3, :3]), np.rint(between[:3, 3])
    drift = np.abs(between[:3, :3] - steps) @ (np.asarray(shape) - 1)
    turned = (np.abs(steps).sum(0) == 1).all() and (np.abs(steps).sum(1) == 1).all()
    near = np.abs(start).max() < FARTHEST
    if not turned or not near or (drift + np.abs(between[:3, 3] - start)).max() > COINCIDE:
        raise InputError(
            "the mask's voxels do not coincide with the image's; draw or resample it on that grid."
        )
    order = np.abs(steps).argmax(1)
    walks = [
        int(steps[axis, source]) * np.arange(shape[source]) for axis, source in enumerate(order)
    ]
    return order, [int(first) + walk for first, walk in zip(start, walks, strict=True)]
