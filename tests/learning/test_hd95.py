"""HD95 against a slow, obvious version, shapes of known distance, and masks that are missing."""

import numpy as np
import pytest

from helpers.learning import hd95

FACES = [(1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1)]


def _slow_surface(mask, labelled):
    """Voxel by voxel: a face that is outside, where the slice beyond it is known."""
    found = []
    for place in np.argwhere(mask):
        if not labelled[place[0]]:
            continue
        for face in FACES:
            beyond = place + face
            inside = all(0 <= b < n for b, n in zip(beyond, mask.shape, strict=True))
            if not inside or (labelled[beyond[0]] and not mask[tuple(beyond)]):
                found.append(place)
                break
    return found


def _slow_hd95(truth, drawn, spacing, labelled):
    one, other = (_slow_surface(m, labelled) for m in (truth, drawn))
    gaps = np.array([[np.linalg.norm((a - b) * spacing) for b in other] for a in one])
    return max(np.percentile(gaps.min(axis), 95) for axis in (0, 1))


@pytest.mark.parametrize("seed", range(6))
def test_hd95_is_the_slow_and_obvious_one(seed):
    rng = np.random.default_rng(seed)
    truth, drawn = rng.random((2, 5, 9, 13)) > rng.uniform(0.3, 0.95)
    labelled = np.array([True, True, seed % 2 == 0, True, seed < 3])
    spacing = np.array([3.1, 0.7, 1.9])
    found = hd95.hd95_mm(truth, drawn, spacing, labelled)
    assert found == pytest.approx(_slow_hd95(truth, drawn, spacing, labelled), rel=1e-12)


@pytest.mark.parametrize("axis, spacing", enumerate((5.0, 2.0, 3.0)))
def test_a_box_that_is_moved_is_as_far_away_as_it_was_moved(axis, spacing):
    truth = np.zeros((12, 30, 30), bool)
    truth[3:5, 8:12, 8:12] = True
    drawn = np.roll(truth, 4, axis)
    found = hd95.hd95_mm(truth, drawn, (5.0, 2.0, 3.0))
    assert found == pytest.approx(4 * spacing, rel=0.01)


def test_a_slice_that_is_missed_counts_the_way_to_the_next_one():
    truth = np.zeros((4, 20, 20), bool)
    truth[:, 5:15, 5:15] = True
    drawn = truth.copy()
    drawn[0] = False
    assert hd95.hd95_mm(truth, truth, (4.0, 1.0, 1.0)) == 0
    assert hd95.hd95_mm(truth, drawn, (4.0, 1.0, 1.0)) == 4


@pytest.mark.parametrize("missed", ["truth", "drawn"])
def test_a_breast_that_is_missed_whole_counts_the_volumes_diagonal(missed):
    masks = {"truth": np.zeros((2, 30, 40), bool), "drawn": np.zeros((2, 30, 40), bool)}
    masks["drawn" if missed == "truth" else "truth"][1, 10:20, 10:20] = True
    assert hd95.hd95_mm(**masks, spacing=(60.0, 1.0, 1.0)) == 130
    empty = np.zeros((3, 30, 40), bool)
    assert hd95.hd95_mm(empty, empty, (1.0, 1.0, 1.0)) == 0
    assert hd95.hd95_mm(empty[:0], empty[:0], (1.0, 1.0, 1.0)) == 0


def test_a_slice_without_a_label_is_no_surface_and_makes_none():
    mask = np.ones((3, 6, 8), bool)
    assert hd95.surface(mask, np.array([True, True, True]))[1].sum() == 2 * 8 + 2 * 4
    seen = hd95.surface(mask, np.array([False, True, False]))
    assert list(map(int, seen.sum((1, 2)))) == [0, 2 * 8 + 2 * 4, 0]


def test_hd95_agrees_with_the_nearest_voxels_of_an_exact_distance_map():
    from scipy import ndimage

    rng = np.random.default_rng(1)
    truth, drawn = (ndimage.gaussian_filter(rng.normal(size=(6, 40, 40)), 2) > 0.02 for _ in "ab")
    known, spacing = np.ones(6, bool), (4.0, 1.5, 1.5)
    edges = hd95.surface(truth, known), hd95.surface(drawn, known)
    maps = [ndimage.distance_transform_edt(~e, sampling=spacing) for e in edges]
    slow = max(np.percentile(maps[1][edges[0]], 95), np.percentile(maps[0][edges[1]], 95))
    assert hd95.hd95_mm(truth, drawn, spacing) == pytest.approx(slow, rel=1e-12)
