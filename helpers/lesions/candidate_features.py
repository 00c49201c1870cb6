"""What is measured of a candidate: its enhancement, its shape and its texture."""

from dataclasses import dataclass

import numpy as np

from helpers.lesions import kinetics, texture, three_time_points
from helpers.lesions.three_time_points import Course

DYNAMIC = ("peak", "to_peak", "wash_in", "wash_out", "ser", "mean")
NAMES = (
    *DYNAMIC,
    "peak_sd",
    "persistent",
    "washed_out",
    "log_ml",
    "filled",
    "elongation",
    *texture.NAMES,
)


@dataclass(frozen=True)
class Maps:
    """What is known of a patient's voxels before there is a mask.

    volume   : Volume; dynamic : `Kinetics`
    relative : (x, y, z, time), relative enhancement; courses : (x, y, z) `Course`
    """

    volume: object
    relative: np.ndarray
    dynamic: kinetics.Kinetics
    courses: np.ndarray


def maps(volume, injected=None):
    """The `Maps` of a Volume; ``injected`` in s, and errors, as ``kinetics.features``."""
    relative = kinetics.enhancement(volume)
    dynamic = kinetics.features(relative, volume.times, injected)
    return Maps(volume, relative, dynamic, three_time_points.courses(volume.data))


def measured(candidate, maps):
    """The features of a `Candidate`, in the order of ``NAMES``: (feature,) float.

    Medians over its voxels; shares of voxels by course; the logarithm of its volume in ml; the
    share of its box that it fills; its shortest by its longest axis; local binary patterns.
    """
    where = candidate.where
    dynamic = [_median(getattr(maps.dynamic, name)[where]) for name in DYNAMIC]
    courses = maps.courses[where]
    shares = [(courses == kind).mean() for kind in (Course.PERSISTENT, Course.WASH_OUT)]
    shape = [np.log(candidate.ml), _filled(candidate), _elongation(candidate, maps.volume.spacing)]
    spread = maps.dynamic.peak[where].std()
    patterns = texture.patterns(maps.volume.data, candidate.voxels)
    return np.array([*dynamic, spread, *shares, *shape, *patterns])


def table(candidates, maps):
    """The features of some candidates: (candidate, feature) float."""
    return np.reshape([measured(one, maps) for one in candidates], (-1, len(NAMES)))


def _median(values):
    known = values[np.isfinite(values)]
    return np.median(known) if known.size else 0.0


def _filled(candidate):
    return len(candidate.voxels) / np.prod(np.ptp(candidate.voxels, axis=0) + 1)


def _elongation(candidate, spacing):
    """Square root of the least by the greatest variance of place; a voxel is a box, not a point."""
    places = candidate.voxels * spacing
    spread = np.cov(places.T, bias=True) + np.diag(np.square(spacing)) / 12
    least, _, most = np.linalg.eigvalsh(spread)
    return np.sqrt(least / most)
