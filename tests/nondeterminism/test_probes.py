"""Probes: one that varies is found out, one that repeats is not, and gradients are right."""

import os
import time
from dataclasses import replace

import numpy as np
import psutil
import pytest

from helpers.learning import frameworks
from helpers.learning.quiet_keras import ops
from helpers.nondeterminism.probes import adapters, catalogue, load
from helpers.nondeterminism.probes.probe import Probe, backward, difference, forward, run
from helpers.protocol import PARTING, SMOKE

SMALL = replace(SMOKE, size=8, depth=1, base_filters=2, batch=2)


def _made_up(outputs):
    """A probe that gives these outputs in turn."""
    left = iter(outputs)
    return Probe("made up", "", lambda seed: (lambda: [ops.convert_to_tensor(next(left))], ["sum"]))


def test_a_probe_that_returns_random_bits_is_found_out():
    rng = np.random.default_rng(0)
    row = run(_made_up([rng.random((3, 4), "float32") for _ in range(6)]), 6)
    assert row["distinct"] == 6
    assert row["largest_relative_difference"] > 0.01
    assert row["where"].startswith("sum[")


def test_a_probe_that_repeats_itself_is_not():
    row = run(_made_up([np.arange(12, dtype="float32").reshape(3, 4)] * 5), 5)
    assert (row["distinct"], row["largest_relative_difference"], row["where"]) == (1, 0.0, "")


def test_one_other_bit_in_one_run_makes_a_second_result_and_is_located():
    one = np.ones((3, 4), "float32")
    other = one.copy()
    other.view("uint32")[2, 1] ^= 1
    row = run(_made_up([one, one, other, one]), 4)
    assert row["distinct"] == 2
    assert row["where"] == "sum[2, 1]"
    assert row["largest_relative_difference"] == pytest.approx(2**-23)


def test_the_relative_difference_is_that_of_a_slow_loop():
    rng = np.random.default_rng(1)
    first = [rng.normal(size=s).astype("float32") for s in ((4, 5), (7,))]
    other = [a + rng.normal(size=a.shape).astype("float32") * 1e-3 for a in first]
    slow = {}
    for name, a, b in zip("xy", first, other, strict=True):
        largest = max(abs(float(v)) for v in a.ravel())
        for place in np.ndindex(a.shape):
            slow[f"{name}[{', '.join(map(str, place))}]"] = (
                abs(float(a[place]) - float(b[place])) / largest
            )
    found, where = difference(first, other, ["x", "y"])
    assert where == max(slow, key=slow.get)
    assert found == pytest.approx(slow[where], rel=1e-6)


def test_an_op_that_the_framework_lacks_says_not_there():
    def _absent(x):
        raise adapters.NotThere

    row = run(forward("absent", _absent, {"x": (2,)}), 3)
    assert row["where"] == "not there"
    assert row["distinct"] is None


def test_an_op_that_refuses_says_why():
    def _refuses(x):
        raise RuntimeError("no deterministic implementation")

    assert run(forward("refuses", _refuses, {"x": (2,)}), 3)["where"].startswith("refused: no det")


def test_the_adapters_gradient_is_that_of_finite_differences():
    def _function(x, y):
        return ops.sin(x) * y + ops.square(y)

    rng = np.random.default_rng(2)
    x, y, weights = (rng.normal(size=(2, 3)).astype("float32") for _ in range(3))
    tensors = [ops.convert_to_tensor(a) for a in (x, y)]
    by_x, by_y = adapters.gradient(_function, [0, 1])(tensors, ops.convert_to_tensor(weights))
    x, y, step = x.astype(float), y.astype(float), 1e-6
    for place in np.ndindex(x.shape):
        for found, move in ((by_x, (step, 0)), (by_y, (0, step))):
            up = _slow(x[place] + move[0], y[place] + move[1])
            down = _slow(x[place] - move[0], y[place] - move[1])
            expected = weights[place] * (up - down) / (2 * step)
            assert ops.convert_to_numpy(found)[place] == pytest.approx(expected, rel=1e-4, abs=1e-6)


def _slow(x, y):
    return np.sin(x) * y + y**2


def test_a_gathers_gradient_counts_how_often_a_row_was_taken():
    table, taken = np.zeros((3, 2), "float32"), np.array([0, 2, 2, 2], "int32")
    compute = adapters.gradient(lambda t, i: ops.take(t, i, axis=0), [0])
    ones = ops.ones((4, 2))
    [found] = compute([ops.convert_to_tensor(table), ops.convert_to_tensor(taken)], ones)
    assert ops.convert_to_numpy(found)[:, 0].tolist() == [1, 0, 3]


def test_the_same_seed_gives_the_same_input_and_another_seed_another():
    one = forward("identity", lambda x: x + 0, {"x": (5,)})
    outputs = [ops.convert_to_numpy(one.prepare(seed)[0]()[0]) for seed in (0, 0, 1)]
    assert (outputs[0] == outputs[1]).all()
    assert (outputs[0] != outputs[2]).any()


@pytest.fixture(scope="module")
def small_table():
    """Every probe of the list, at small shapes, twice."""
    return [run(probe, 2) for probe in catalogue.probes(SMALL, large=1000, numbers=1000)]


def test_every_probe_of_the_list_runs_or_is_not_there(small_table):
    bad = [row for row in small_table if row["distinct"] is None and row["where"] != "not there"]
    assert not bad
    lacking = {row["probe"] for row in small_table if row["distinct"] is None}
    assert all("one op" in name or "fused" in name for name in lacking)


def test_small_probes_repeat_themselves_on_a_cpu(small_table):
    if adapters.device() == "CPU":
        assert {row["distinct"] for row in small_table} <= {1, None}


def test_nvidias_whole_list_is_stood_for():
    said = {probe.cudnn for probe in catalogue.probes(PARTING)}
    for routine in ("BackwardFilter", "BackwardData", "PoolingBackward", "TfSampler", "CTCLoss"):
        assert any(routine in text for text in said), routine


def test_shapes_are_those_of_the_protocol():
    shapes = [probe.shape for probe in catalogue.probes(PARTING)]
    assert "32×64×64×16, 3×3×16×16" in shapes
    assert "32×4×4×128, 3×3×128×256" in shapes


@pytest.mark.skipif(frameworks.name() != "tensorflow", reason="a rewrite of TensorFlow's graph")
def test_three_large_terms_are_added_in_one_of_three_orders():
    """The probe that parts on most machines: at most as many results as there are orders."""
    [found] = [
        run(probe, 6)
        for probe in catalogue.probes(PARTING)
        if probe.name == "sum of 3 tensors" and probe.shape == str(2**24)
    ]
    assert found["distinct"] <= 3
    assert found["largest_relative_difference"] < 1e-6


def test_load_keeps_its_processes_busy_and_ends_them():
    with load.busy(1) as started:
        process = psutil.Process(started[0].pid)
        deadline = time.monotonic() + 20
        while process.cpu_times().user < 0.3 and time.monotonic() < deadline:
            time.sleep(0.1)
        assert process.cpu_times().user >= 0.3
        assert process.ppid() == os.getpid()
    assert not psutil.pid_exists(started[0].pid)


def test_a_backward_probe_names_what_it_is_taken_for():
    product = backward("product", lambda x, y: x * y, {"x": (2,), "y": (2,)}, ["y"])
    compute, names = product.prepare(0)
    assert names == ["y"]
    assert len(compute()) == 1
