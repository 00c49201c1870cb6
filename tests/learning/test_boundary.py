"""HD95 against a slow, obvious version, circles of known distance, and masks that are missing."""

import numpy as np
import pytest

from helpers.learning import boundary


def _slow_boundary(mask):
    padded = np.pad(mask, 1)
    return [
        (i, j)
        for i, j in np.argwhere(mask)
        if not (padded[i, j + 1] and padded[i + 2, j + 1] and padded[i + 1, j])
        or not padded[i + 1, j + 2]
    ]


def _slow_hd95(truth, drawn, spacing):
    """Every pair of boundary pixels, slice by slice."""
    worst = np.hypot(truth.shape[1] * spacing[0], truth.shape[2] * spacing[1])
    directions = [], []
    for one, other in zip(truth, drawn, strict=True):
        a, b = _slow_boundary(one), _slow_boundary(other)
        for source, target, found in ((a, b, directions[0]), (b, a, directions[1])):
            for i, j in source:
                gaps = [np.hypot((i - k) * spacing[0], (j - m) * spacing[1]) for k, m in target]
                found.append(min(gaps, default=worst))
    return max((np.percentile(d, 95) for d in directions if d), default=0)


@pytest.mark.parametrize("seed", range(6))
def test_hd95_is_the_slow_and_obvious_one(seed):
    rng = np.random.default_rng(seed)
    truth, drawn = rng.random((2, 4, 9, 13)) > rng.uniform(0.3, 0.95)
    truth[0], drawn[1] = False, False
    found = boundary.hd95_mm(truth, drawn, (0.7, 1.9))
    assert found == pytest.approx(_slow_hd95(truth, drawn, (0.7, 1.9)), rel=1e-12)


def test_two_squares_one_inside_the_other_are_as_far_apart_as_drawn():
    truth = np.zeros((1, 40, 40), bool)
    drawn = truth.copy()
    truth[0, 5:35, 5:35], drawn[0, 8:32, 8:32] = True, True
    assert boundary.hd95_mm(truth, drawn, (2.0, 2.0)) == pytest.approx(6, abs=1.5)
    assert boundary.hd95_mm(truth, truth, (2.0, 2.0)) == 0


@pytest.mark.parametrize("missed", ["truth", "drawn"])
def test_a_missed_breast_counts_the_slices_diagonal(missed):
    masks = {"truth": np.zeros((3, 30, 40), bool), "drawn": np.zeros((3, 30, 40), bool)}
    masks["drawn" if missed == "truth" else "truth"][1, 10:20, 10:20] = True
    assert boundary.hd95_mm(**masks, spacing=(1.0, 1.0)) == 50
    empty = np.zeros((3, 30, 40), bool)
    assert boundary.hd95_mm(empty, empty, (1.0, 1.0)) == 0
    assert boundary.hd95_mm(empty[:0], empty[:0], (1.0, 1.0)) == 0


def test_a_breast_drawn_into_the_images_edge_has_its_boundary_there():
    truth = np.ones((1, 6, 8), bool)
    assert boundary.boundary(truth[0]).sum() == 2 * 8 + 2 * 4
