"""A cohort of discs: small, quick, and learnable."""

import numpy as np
import pytest

from helpers.imaging.slices import Prepared


def disc_patient(name, rng, size, slices=4):
    """A patient whose breast is a disc of random place and radius, on a grid twice as fine."""
    y, x = np.mgrid[: 2 * size, : 2 * size] / 2
    centre, radius = rng.uniform(0.35, 0.65, 2) * size, rng.uniform(0.15, 0.3) * size
    disc = (y - centre[0]) ** 2 + (x - centre[1]) ** 2 < radius**2
    truth = np.repeat(disc[None], slices, axis=0)
    masks = truth[:, ::2, ::2, None].astype("float32")
    noise = rng.normal(0, 0.5, (slices, size, size, 2))
    images = (masks * 2 + noise).astype("float32")
    return Prepared(name, images, masks, np.ones(slices, bool), truth, (4.0, 1.0, 1.0))


@pytest.fixture
def discs():
    """A function (patients, size) → list of Prepared, always the same."""

    def make(patients, size):
        rng = np.random.default_rng(7)
        return [disc_patient(f"P{i}", rng, size) for i in range(patients)]

    return make
