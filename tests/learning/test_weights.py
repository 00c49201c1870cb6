"""First weights, the flipped bit, and digests."""

import numpy as np
import pytest

from helpers.learning import unet, weights


def _weights(seed=0):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=s).astype("float32") for s in ((3, 3, 2, 4), (4,), (4, 5))]


def test_a_digest_changes_with_one_bit_and_with_the_shape():
    drawn = _weights()
    same = weights.digest([w.copy() for w in drawn])
    assert weights.digest(drawn) == same
    drawn[2].view("uint32")[0, 0] ^= 1
    assert weights.digest(drawn) != same
    one = np.zeros((2, 3), "float32")
    assert weights.digest([one]) != weights.digest([one.T])


def test_one_bit_of_one_kernel_weight_is_flipped_by_the_generator():
    drawn = _weights()
    flipped = weights.flip_lowest_bit(drawn, np.random.default_rng(3))
    changed = [np.argwhere(a != b) for a, b in zip(drawn, flipped, strict=True)]
    assert sum(map(len, changed)) == 1
    assert len(changed[1]) == 0
    bits = [
        np.bitwise_xor(a.view("uint32"), b.view("uint32")).sum()
        for a, b in zip(drawn, flipped, strict=True)
    ]
    assert sum(bits) == 1
    again = weights.flip_lowest_bit(drawn, np.random.default_rng(3))
    other = weights.flip_lowest_bit(drawn, np.random.default_rng(4))
    assert weights.digest(flipped) == weights.digest(again)
    assert weights.digest(flipped) != weights.digest(other)


def test_first_weights_follow_he_and_their_generator():
    constants = unet.build((32, 32, 2), 2, 8).get_weights()
    one, same, other = (
        weights.first_weights(constants, np.random.default_rng(s)) for s in (3, 3, 4)
    )
    assert all(np.array_equal(a, b) for a, b in zip(one, same, strict=True))
    assert not np.array_equal(one[0], other[0])
    widest = max((w for w in one if w.ndim == 4), key=np.size)
    fan_in = np.prod(widest.shape[:-1])
    assert widest.std() == pytest.approx(np.sqrt(2 / fan_in), rel=0.05)


def test_only_kernels_are_drawn_and_all_else_stays_as_keras_starts_it():
    model = unet.build((32, 32, 2), 2, 8)
    drawn = weights.first_weights(model.get_weights(), np.random.default_rng(0))
    for weight, theirs, ours in zip(model.weights, model.get_weights(), drawn, strict=True):
        assert np.array_equal(ours, theirs) == (weight.name != "kernel")
