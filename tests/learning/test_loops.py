"""The compiled loop takes the steps that fit takes, bit by bit the same ones whenever it is asked.

Switches belong to a process, so what needs them runs in a process made for it.
"""

from dataclasses import replace

import numpy as np
import psutil
import pytest

from helpers.errors import InputError
from helpers.imaging.slices import Prepared
from helpers.learning import cell, loops, own_network
from helpers.learning.arms import ARMS
from helpers.learning.quiet_keras import keras, layers
from helpers.nondeterminism import parting
from helpers.protocol import SMOKE
from tests.learning import fresh
from tests.learning.test_cell import _in_fresh_process

COMPILED = replace(
    SMOKE, folds=2, size=32, depth=1, epochs=2, batch=3, batch_norm="fused", loop="compiled"
)
FIT = replace(COMPILED, loop="fit")
DROPOUT = "tests.example_network:build"
JOBS = [("control", 0, 0), ("control", 1, 0), ("control", 0, 1), ("order", 0, 0), ("one_bit", 1, 0)]


def _trail(protocol, cohort, network=None):
    """All weights after each step of a control cell that trains two patients."""
    trail = parting.Trail(100)
    build = network and own_network.load(network)
    cell.fit(protocol, ARMS["control"], 0, 0, cohort[:2], [trail], build)
    return trail.weights


def _growth(protocol, cohort, cells=8):
    """Bytes that the process grows by in so many cells, its first ones done."""
    process = psutil.Process()
    before = process.memory_info().rss
    for repetition in range(cells):
        cell.train(protocol, ARMS["control"], repetition, 0, cohort)
    return process.memory_info().rss - before


def _everything(cohort):
    """What one process with every switch on finds out."""
    found = {"records": fresh.records(COMPILED, JOBS, cohort)}
    traced = [loops._steps(_model(COMPILED), batch) for batch in (COMPILED.batch, None)]
    found["growth"] = _growth(COMPILED, cohort)
    found["traces"] = [steps.experimental_get_tracing_count() for steps in traced]
    for network in (None, DROPOUT):
        found[network] = [_trail(p, cohort, network) for p in (FIT, COMPILED)]
    found["refusal"] = fresh.refusal(COMPILED, JOBS[0], cohort)
    return found


def _model(protocol):
    return cell._network(protocol, (protocol.size, protocol.size, 2), None)[0]


@pytest.fixture(scope="module")
def cohort():
    """Four patients of discs, five slices each: ten train, three mini-batches and a slice."""
    from tests.learning.conftest import disc_patient

    rng = np.random.default_rng(7)
    return [disc_patient(f"P{i}", rng, COMPILED.size, slices=5) for i in range(4)]


@pytest.fixture(scope="module")
def found(cohort):
    """What one process with every switch on finds out."""
    return _in_fresh_process(_everything, cohort)


def test_control_is_bit_identical_in_a_process_and_in_a_fresh_one(found, cohort):
    one, again, *_ = found["records"]
    [alone] = _in_fresh_process(fresh.records, COMPILED, JOBS[:1], cohort)
    for field in ("weights_sha256", "steps_sha256", "epochs_sha256", "dsc_percent"):
        assert one[field] == again[field] == alone[field]


def test_other_folds_orders_and_bits_give_other_networks(found):
    assert len({r["weights_sha256"] for r in found["records"]}) == len(JOBS) - 1


def test_digests_are_of_single_steps_and_of_epochs(found):
    record = found["records"][0]
    assert len(set(record["steps_sha256"])) == len(record["steps_sha256"]) == 8
    assert record["epochs_sha256"] == record["steps_sha256"][3::4]
    assert record["weights_sha256"] == record["steps_sha256"][-1]


def test_a_second_cell_neither_traces_anew_nor_keeps_memory(found):
    assert found["traces"] == [1, 1]
    assert found["growth"] < 10e6  # a network built anew keeps 8 MB a cell


@pytest.mark.parametrize("network", [None, DROPOUT])
def test_compiled_ends_where_fit_does_but_for_rounding(found, network):
    fit, compiled = found[network]
    assert len(fit) == len(compiled) == 8
    for theirs, ours in zip(fit, compiled, strict=True):
        assert np.linalg.norm(ours - theirs) < 1e-5 * np.linalg.norm(theirs)
    assert np.linalg.norm(fit[-1] - fit[0]) > 1e-2 * np.linalg.norm(fit[0])


def test_a_loss_that_is_no_number_is_named_and_harms_no_later_cell(found):
    said, later = found["refusal"]
    assert said in ("The loss was nan in epoch 1.", "The loss was nan in epoch 2.")
    assert later == found["records"][0]["weights_sha256"]


@pytest.mark.parametrize("loop", ["fit", "compiled"])
@pytest.mark.parametrize(("slices", "batch"), [(8, 4), (7, 3), (2, 4)])
def test_each_mini_batch_holds_the_slices_of_its_turn(loop, slices, batch):
    model, seen = _recorder()
    orders = [np.random.default_rng(epoch).permutation(slices) for epoch in range(2)]
    left = iter(orders)
    protocol = replace(FIT, batch=batch, loop=loop)
    loops.run(model, protocol, [_numbered(slices)], lambda n: next(left), [])
    expected = [o[i : i + batch].tolist() for o in orders for i in range(0, slices, batch)]
    assert seen == expected


@pytest.mark.parametrize("watched", [0, 1, 3, 4, 9, float("inf")])
def test_an_epoch_is_cut_into_watched_steps_and_the_others(watched):
    order = np.random.default_rng(0).permutation(11)
    calls = loops._calls(order, 3, watched)
    np.testing.assert_array_equal(np.concatenate([c.ravel() for c in calls]), order)
    assert all(len(call) == 1 for call in calls[: int(min(watched, len(calls)))])
    assert len(calls) == {0: 2, 1: 3}.get(watched, 4)


def test_a_callback_is_told_as_many_steps_as_it_wants():
    class _Steps(keras.callbacks.Callback):
        def __init__(self):
            super().__init__()
            self.told = []

        def on_train_batch_end(self, batch, logs=None):
            self.told.append(batch)

    all_steps, two = _Steps(), cell.Watch(2)
    model, _ = _recorder()
    protocol = replace(COMPILED, batch=3)
    for callbacks in ([two], [all_steps]):
        loops.run(model, protocol, [_numbered(7)], np.arange, callbacks)
    assert len(two.steps) == 2 and len(two.epochs) == 2
    assert all_steps.told == [0, 1, 2, 0, 1, 2]


def test_a_callback_that_stops_the_training_is_obeyed():
    class _Stop(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            self.model.stop_training = True

    model, seen = _recorder()
    loops.run(model, COMPILED, [_numbered(7)], np.arange, [_Stop()])
    assert seen == [[0, 1, 2]]


def test_another_backend_is_refused(monkeypatch):
    monkeypatch.setattr(keras.backend, "backend", lambda: "jax")
    with pytest.raises(InputError, match="use loop='fit' with the jax backend"):
        loops.run(None, COMPILED, [_numbered(4)], np.arange, [])


def _numbered(slices):
    """A patient whose slices of one pixel hold their number."""
    images = np.arange(slices, dtype="float32").reshape(-1, 1, 1, 1)
    return Prepared("P", images, images, np.ones(slices, bool), images[..., 0] > 0, (1.0,) * 3)


def _recorder():
    """A compiled model that learns nothing, and the list of the mini-batches it is given."""
    import tensorflow as tf

    seen = []

    class _Recorder(keras.Model):
        def train_step(self, data):
            tf.numpy_function(lambda x: seen.append(x.ravel().astype(int).tolist()), [data[0]], [])
            loss = tf.reduce_mean(data[0])
            self._loss_tracker.update_state(loss)
            return {"loss": loss}

    inputs = keras.Input((1, 1, 1))
    model = _Recorder(inputs, layers.Conv2D(1, 1)(inputs))
    model.compile(loss="mse", jit_compile=False)
    return model, seen
