"""Smooth random fields over space that do not know the voxel grid."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

NODES = 96  # nodes of the periodic lattice along each axis
SMOOTH = 1.2  # Gaussian sigma of the lattice values, nodes
NODES_PER_SCALE = 2.5


@dataclass(frozen=True)
class RandomField:
    """A periodic field of mean 0 and SD 1, looked up at points in mm."""

    lattice: np.ndarray

    def at(self, x, y, z, scale, part):
        """Values at the points (x, y, z) in mm, for structures about ``scale`` mm large.

        Each ``part`` (int) reads another region of the lattice, so one field serves many
        tissues.
        """
        step = scale / NODES_PER_SCALE
        start = part * np.array([17.3, 41.9, 29.1])
        points = np.broadcast_arrays(x, y, z)
        points = [p / step + s for p, s in zip(points, start, strict=True)]
        return ndimage.map_coordinates(self.lattice, points, float, order=1, mode="grid-wrap")


def draw_field(rng):
    """A `RandomField` drawn from ``rng`` (numpy Generator)."""
    white = rng.standard_normal((NODES,) * 3, dtype=np.float32)
    smooth = ndimage.gaussian_filter(white, SMOOTH, mode="wrap")
    return RandomField(smooth / smooth.std())
