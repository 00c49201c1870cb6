"""Which slices are trained on, in which mini-batches."""

from dataclasses import replace

import numpy as np
import pytest

from helpers.errors import InputError
from helpers.imaging.slices import Prepared
from helpers.learning import minibatches
from helpers.protocol import SMOKE

KEPT = replace(SMOKE, batch=4)
DROPPED = replace(KEPT, last_batch="dropped")


def _order(protocol, n, seed=1, reorder=False):
    return minibatches.orders(protocol, reorder, np.random.default_rng(seed))(n)


def test_a_kept_last_mini_batch_is_partial_and_every_slice_comes():
    assert sorted(_order(KEPT, 10)) == list(range(10))


def test_a_dropped_last_mini_batch_leaves_the_first_full_ones_of_the_same_order():
    assert list(_order(DROPPED, 10)) == list(_order(KEPT, 10)[:8])
    assert list(_order(DROPPED, 8)) == list(_order(KEPT, 8))


def test_other_slices_are_dropped_in_each_epoch():
    following = minibatches.orders(DROPPED, False, np.random.default_rng(1))
    dropped = [set(range(10)) - set(following(10)) for _ in range(5)]
    assert len(set(map(frozenset, dropped))) > 1


def test_reordered_mini_batches_hold_the_same_slices():
    plain, other = _order(DROPPED, 10), _order(DROPPED, 10, reorder=True)
    assert [set(p) for p in plain.reshape(-1, 4)] == [set(p) for p in other.reshape(-1, 4)]


def test_too_few_slices_for_one_mini_batch_are_refused_where_it_is_dropped():
    with pytest.raises(InputError, match="3 slices do not fill a mini-batch of 4"):
        _order(DROPPED, 3)
    assert sorted(_order(KEPT, 3)) == [0, 1, 2]


def test_every_second_labelled_slice_is_trained_on():
    labelled = np.array([False, True, True, True, False, True])
    images = np.arange(6, dtype="float32").reshape(6, 1, 1, 1) * np.ones((1, 2, 2, 1), "float32")
    one = Prepared("P", images, images, labelled, images[..., 0] > 0, (1.0, 1.0, 1.0))
    assert len(minibatches.Slices([one])) == 4
    slices = minibatches.Slices([one, one], 2)
    assert len(slices) == 4
    assert list(slices.gather(range(4))[0][:, 0, 0, 0]) == [1, 3, 1, 3]
