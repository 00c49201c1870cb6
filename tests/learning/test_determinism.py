"""Digests, the flipped bit, and switches that belong to a process."""

import numpy as np
import pytest

from helpers.errors import InputError
from helpers.learning import determinism
from helpers.learning.arms import ARMS, arm
from helpers.protocol import DEMO


def _weights(seed=0):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=s).astype("float32") for s in ((3, 3, 2, 4), (4,), (4, 5))]


def test_a_digest_changes_with_one_bit_and_with_the_shape():
    weights = _weights()
    same = determinism.digest([w.copy() for w in weights])
    assert determinism.digest(weights) == same
    weights[2].view("uint32")[0, 0] ^= 1
    assert determinism.digest(weights) != same
    one = np.zeros((2, 3), "float32")
    assert determinism.digest([one]) != determinism.digest([one.T])


def test_one_bit_of_one_kernel_weight_is_flipped_by_the_generator():
    weights = _weights()
    flipped = determinism.flip_lowest_bit(weights, np.random.default_rng(3))
    changed = [np.argwhere(a != b) for a, b in zip(weights, flipped, strict=True)]
    assert sum(map(len, changed)) == 1
    assert len(changed[1]) == 0
    bits = [
        np.bitwise_xor(a.view("uint32"), b.view("uint32")).sum()
        for a, b in zip(weights, flipped, strict=True)
    ]
    assert sum(bits) == 1
    again = determinism.flip_lowest_bit(weights, np.random.default_rng(3))
    other = determinism.flip_lowest_bit(weights, np.random.default_rng(4))
    assert determinism.digest(flipped) == determinism.digest(again)
    assert determinism.digest(flipped) != determinism.digest(other)


def test_only_fixed_arms_have_switches():
    assert determinism.switches(ARMS["default"], DEMO) == determinism.Switches()
    fixed = determinism.switches(ARMS["control"], DEMO)
    assert fixed == determinism.Switches(True, 1, DEMO.fixed_threads)
    assert {a.name for a in ARMS.values() if not a.fixed} == {"default", "both"}


def test_a_process_refuses_a_second_set_of_switches(monkeypatch):
    monkeypatch.setattr(determinism, "_applied", [determinism.Switches()])
    determinism.apply(determinism.Switches())
    with pytest.raises(InputError, match="other switches"):
        determinism.apply(determinism.Switches(True, 1, 1))


def test_an_unknown_arm_is_named_with_the_known_ones():
    with pytest.raises(InputError, match="control, default"):
        arm("kontrol")
