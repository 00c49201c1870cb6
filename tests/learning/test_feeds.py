"""Mini-batches that are gathered as they are needed train the network that whole arrays train.

Switches belong to a process, so what needs them runs in a process made for it.
"""

import threading
import time
from dataclasses import replace

import numpy as np
import pytest

from helpers.imaging.slices import Prepared
from helpers.learning import cell, feeds, loops, minibatches, switches, weights
from helpers.learning.arms import ARMS
from helpers.protocol import PARTING, SMOKE
from tests.learning.conftest import disc_patient
from tests.learning.test_cell import _in_fresh_process

FULL = replace(SMOKE, size=32, depth=2, epochs=2, batch=4)
PARTIAL = replace(FULL, batch=5)


def _cohort(size, patients=3, slices=4):
    rng = np.random.default_rng(7)
    return [disc_patient(f"P{i}", rng, size, slices) for i in range(patients)]


def _on_arrays(model, protocol, slices, next_order, callbacks):
    """The loop as one would write it: everything in memory, shuffled at once."""
    images, masks = slices.gather(range(len(slices)))
    for epoch in range(protocol.epochs):
        order = next_order(len(images))
        model.fit(
            images[order],
            masks[order],
            batch_size=protocol.batch,
            initial_epoch=epoch,
            epochs=epoch + 1,
            shuffle=False,
            verbose=0,
            callbacks=callbacks,
        )


def _digests(protocols, cohort):
    """For each protocol the digests of a control cell: from arrays, from files, each twice."""
    switches.apply(switches.wanted(True, protocols[0]))
    found = []
    for protocol in protocols:
        ways = (_on_arrays, loops._fit) * 2
        found.append([_digest(way, protocol, cohort) for way in ways])
    return found


def _digest(way, protocol, cohort):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(loops, "_fit", way)
        model, watch = cell.fit(protocol, ARMS["control"], 0, 0, cohort)
    return weights.digest(model.get_weights()), *watch.steps, *watch.epochs


def test_full_and_partial_mini_batches_train_what_whole_arrays_train():
    for found in _in_fresh_process(_digests, [FULL, PARTIAL], _cohort(FULL.size)):
        assert len(set(found)) == 1 and len(set(found[0])) > 3


def _taken_apart(way, slices):
    """How many sums of PARTING's training step the optimized graph takes apart."""
    from tensorflow.python.eager import context

    protocol, cohort = replace(PARTING, epochs=1), _cohort(PARTING.size, 1, slices)
    context.context().enable_graph_collection()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(loops, "_fit", way)
        cell.fit(protocol, ARMS["default"], 0, 0, cohort)
    graphs = context.context().export_run_metadata().function_graphs
    ops = [node.op for g in graphs for node in g.post_optimization_graph.node]
    return ops.count("TemporaryVariable")


@pytest.mark.parametrize(("slices", "expected"), [(32, 2), (33, 0)])
def test_the_graph_knows_the_shapes_that_fit_on_arrays_knows(slices, expected):
    """docs/riddle.md: sums are taken apart where, and only where, every shape is known."""
    for way in (_on_arrays, loops._fit):
        assert _in_fresh_process(_taken_apart, way, slices) == expected


def _tensorflows(slices, order, batch):
    return [[a.numpy() for a in pair] for pair in feeds._tensorflows(slices, order, batch)]


@pytest.mark.parametrize("feed", [feeds.InTurn, _tensorflows])
@pytest.mark.parametrize("batch", [3, 5, 20])
def test_each_mini_batch_is_what_a_plain_gather_gives(feed, batch):
    cohort = _cohort(8)
    cohort[1].labelled[2] = False
    slices, order = minibatches.Slices(cohort), np.random.default_rng(0).permutation(11)
    images = np.concatenate([p.images[p.labelled] for p in cohort])[order]
    masks = np.concatenate([p.masks[p.labelled] for p in cohort])[order]
    found = list(feed(slices, order, batch))
    assert len(found) == -(-11 // batch)
    for n, (x, y) in enumerate(found):
        np.testing.assert_array_equal(x, images[n * batch : (n + 1) * batch])
        np.testing.assert_array_equal(y, masks[n * batch : (n + 1) * batch])
        assert x.dtype == y.dtype == np.float32


def test_a_feed_that_keras_begins_anew_gives_the_same_mini_batches():
    feed = feeds.InTurn(minibatches.Slices(_cohort(8)), np.arange(12), 5)
    for number in (0, 0, 1, 2, 1, 0):
        np.testing.assert_array_equal(feed[number][0], feed._slices.gather(feed._parts[number])[0])


def test_masks_of_a_byte_are_numbers_in_the_mini_batch_and_nothing_else_is_copied():
    [patient] = _cohort(8, 1)
    small = replace(patient, masks=patient.masks.astype("uint8"))
    slices = minibatches.Slices([small])
    images, masks = slices.gather([3, 1])
    np.testing.assert_array_equal(images, patient.images[[3, 1]])
    np.testing.assert_array_equal(masks, patient.masks[[3, 1]])
    assert masks.dtype == np.float32
    assert slices._pairs[0][0] is patient.images and slices._pairs[0][1] is small.masks
    assert slices.nbytes == images.nbytes * 2 + masks.nbytes * 2


def test_pages_of_files_are_given_back_after_so_many_copies(monkeypatch):
    gone = []
    monkeypatch.setattr(minibatches.kept_arrays, "let_go", lambda *arrays: gone.append(arrays))
    monkeypatch.setattr(minibatches, "_LOOKED_AT", 3 * 8 * 8 * 2 * 4)
    slices = minibatches.Slices(_cohort(8))
    for times in (0, 1, 1, 2):
        slices.gather([0, 11])
        assert len(gone) == times
    assert len(gone[0]) == 6


def test_one_is_made_ahead_and_no_more():
    made = []
    coming = minibatches.ahead(lambda n: made.append(n) or n, range(5))
    for number in range(5):
        assert next(coming) == number
        time.sleep(0.05)
        assert made == list(range(min(number + 2, 5)))
    assert list(coming) == []


def test_what_cannot_be_made_is_told_in_its_turn_and_no_thread_is_left():
    before = threading.active_count()
    coming = minibatches.ahead(lambda n: 1 / n, [1, 0])
    assert next(coming) == 1
    with pytest.raises(ZeroDivisionError):
        next(coming)
    stopped = minibatches.ahead(float, range(3))
    next(stopped)
    stopped.close()
    assert threading.active_count() == before


def _traces(cohort):
    switches.apply(switches.wanted(True, FULL))
    for repetition in range(3):
        cell.fit(FULL, ARMS["control"], repetition, 0, cohort)
    gather = feeds._gathering(minibatches.Slices(cohort).shapes, FULL.batch)
    return gather.experimental_get_tracing_count()


def test_tensorflow_is_given_one_function_for_all_epochs_and_cells():
    assert _in_fresh_process(_traces, _cohort(FULL.size)) == 1


def _streamed_and_held(cohort):
    """The digests of the compiled loop, its slices held in memory and streamed."""
    switches.apply(switches.wanted(True, FULL))
    found = []
    for protocol in (FULL, PARTIAL):
        compiled = replace(protocol, loop="compiled")
        for held in (2**28, 0):
            minibatches.HELD = held
            found.append(_digest(loops._fit, compiled, cohort))
    return found


def test_the_compiled_loop_ends_in_the_same_bits_streamed_or_held():
    held, streamed, partial, partial_streamed = _in_fresh_process(
        _streamed_and_held, _cohort(FULL.size)
    )
    assert held == streamed != partial == partial_streamed


def test_a_callback_is_told_of_the_same_steps_where_slices_are_streamed(monkeypatch):
    from tests.learning.test_loops import COMPILED, _numbered, _recorder

    monkeypatch.setattr(minibatches, "HELD", 0)
    watch, (model, seen) = cell.Watch(2), _recorder()
    loops.run(model, replace(COMPILED, batch=3), [_numbered(7)], np.arange, [watch])
    assert seen == [[0, 1, 2], [3, 4, 5], [6]] * 2
    assert len(watch.steps) == 2 and len(watch.epochs) == 2


def test_a_cohort_of_the_papers_size_is_streamed_and_those_of_the_workshop_are_held():
    def patients(number, size, slices):
        image, mask = (np.broadcast_to(np.float32(0), (slices, size, size, c)) for c in (2, 1))
        one = Prepared("P", image, mask, np.ones(slices, bool), None, (1.0,) * 3)
        return minibatches.Slices([one] * number)

    assert patients(38, 256, 160).are_streamed
    assert not patients(36, PARTING.size, PARTING.phantom_slices).are_streamed
