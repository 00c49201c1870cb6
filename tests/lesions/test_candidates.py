import numpy as np
import pytest

from helpers.lesions import candidates

AFFINE = np.diag([2.0, 2.0, 3.0, 1.0])
AFFINE[:3, 3] = -10, 5, 7


def scene():
    """A cube, a thread and a speck that are bright, in a breast that is all but a border."""
    mean, mask = np.zeros((30, 30, 10)), np.zeros((30, 30, 10), bool)
    mask[2:-2, 2:-2, 1:-1] = True
    mean[5:11, 5:11, 3:6] = 1.0
    mean[20, 4:26, 5] = 1.0
    mean[15, 20, 8] = 1.0
    return mean, mask


def test_a_mass_is_found_and_a_thread_and_a_speck_are_not():
    mean, mask = scene()
    (found,) = candidates.find(mean, mask, AFFINE, 0.5)
    cross_out = np.zeros(mean.shape, bool)
    cross_out[found.where] = True
    assert (mean[cross_out] == 1).all() and cross_out[5:11, 5:11, 3:6].sum() == len(found.voxels)
    assert len(found.voxels) == (36 - 4) * 3  # a cross takes the four corners of a square
    assert found.ml == pytest.approx(len(found.voxels) * 12 / 1000)
    assert found.centre == pytest.approx((7.5 * 2 - 10, 7.5 * 2 + 5, 4 * 3 + 7))


def test_what_the_mask_leaves_out_is_no_candidate():
    mean, mask = scene()
    mask[:8] = False
    cut = candidates.find(mean, mask, AFFINE, 0.5)
    assert all((one.voxels[:, 0] >= 8).all() for one in cut)
    mask[:] = False
    assert candidates.find(mean, mask, AFFINE, 0.5) == []


def test_pieces_of_no_lesions_size_are_left_out():
    mean, mask = np.ones((60, 60, 60)), np.ones((60, 60, 60), bool)
    assert candidates.find(mean, mask, AFFINE, 0.5) == []  # 2.6 l
    mean[:] = 0
    mean[10:13, 10:13, 10] = 1  # 5 voxels after opening, 0.06 ml
    assert candidates.find(mean, mask, AFFINE, 0.5) == []


def test_a_candidate_is_the_lesion_that_it_overlaps_most():
    mean, mask = scene()
    (found,) = candidates.find(mean, mask, AFFINE, 0.5)
    lesions = np.zeros(mean.shape, np.uint8)
    assert candidates.lesion_of(found, lesions) == 0
    lesions[5:11, 5:11, 3] = 1
    lesions[5:11, 5:11, 4:6] = 2
    both = [
        (
            (lesions[found.where] == n).sum()
            / ((lesions == n).sum() + len(found.voxels) - (lesions[found.where] == n).sum())
        )
        for n in (1, 2)
    ]
    assert candidates.lesion_of(found, lesions) == 1 + int(np.argmax(both))
    lesions[:] = 3  # a lesion that is everything overlaps it by less than a tenth
    assert candidates.lesion_of(found, lesions) == 0


def test_a_small_lesion_is_found_beside_a_large_one_that_it_touches():
    lesions, hot = np.zeros((40, 40, 5), int), np.zeros((40, 40, 5), bool)
    lesions[:30, :30], lesions[30:34, :10, :3] = 1, 2
    hot[26:34, :10, :3] = True  # as many voxels of the one as of the other
    one = candidates.Candidate(np.argwhere(hot), (0, 0, 0), 1.0)
    assert candidates.lesion_of(one, lesions) == 2
