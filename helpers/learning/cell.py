"""One cell: a training under an arm, a repetition and a fold, and the record it leaves."""

import functools
import time

import numpy as np

from helpers.errors import InputError
from helpers.imaging import dsc, folds, kept_arrays, resampling
from helpers.learning import (
    frameworks,
    loops,
    measures,
    memory,
    minibatches,
    own_network,
    switches,
    unet,
    weights,
)
from helpers.learning.quiet_keras import keras, ops
from helpers.learning.watch import Looks, Watch

_FIRST_STEPS = 10  # whose digests a record keeps, to tell when two runs part


def train(protocol, arm, repetition, fold, cohort, callbacks=(), build=None):
    """Train on all folds but one, evaluate on that one, and return the record.

    protocol, arm : Protocol and Arm
    repetition    : int ≥ 0; fold : int, 0 … folds − 1
    cohort        : list of Prepared, one a patient
    callbacks     : further Keras callbacks, to watch the training
    build         : function input shape → keras.Model of another network; the U-Net when None
    returns       : dict with the measures of each held-out patient, DSC also by epoch where the
                    protocol looks, digests and loss by epoch, the arm's behaviour, threads, peak
                    memory in MB and seconds
    raises        : InputError when the loss is no number any more
    """
    chosen = switches.wanted(arm.behaviour.fixed, protocol)
    switches.apply(chosen)
    memory.forget_peaks()
    started = time.perf_counter()
    trained, held_out = split(cohort, protocol, fold)
    looks = Looks(protocol.judge_every, lambda model: _dsc(model, held_out, protocol))
    model, watch = fit(protocol, arm, repetition, fold, trained, [*callbacks, looks], build)
    drawn, names = [segment(model, p, protocol) for p in held_out], [p.patient for p in held_out]
    return {
        "arm": arm.name,
        "repetition": repetition,
        "fold": fold,
        **measures.of(held_out, drawn, protocol),
        "weights_sha256": weights.digest(model.get_weights()),
        "first_step_sha256": watch.steps[0],
        "steps_sha256": watch.steps,
        "epochs_sha256": watch.epochs,
        "epochs_loss": watch.losses,
        "epochs_dsc_percent": {k: [seen[k] for seen in looks.seen] for k in names},
        "behaviour": arm.record,
        "threads": _threads(chosen),
        "peak_memory_mb": memory.peaks_mb(),
        "seconds": time.perf_counter() - started,
    }


def _threads(chosen):
    """The threads that were fixed; between operations there are none to fix on JAX."""
    between = chosen.inter_op_threads if frameworks.has_inter_op() else None
    return {"inter_op": between, "intra_op": chosen.intra_op_threads}


def split(cohort, protocol, fold):
    """(trained, held out) patients of a fold, dealt by the protocol's fold seed, whole subjects."""
    names, subjects = zip(*((p.patient, p.subject) for p in cohort), strict=True)
    dealt = folds.patient_folds(names, protocol.folds, protocol.fold_seed, subjects)
    held_out = [p for p in cohort if p.patient in dealt[fold]]
    return [p for p in cohort if p.patient not in dealt[fold]], held_out


def fit(protocol, arm, repetition, fold, trained, callbacks=(), build=None):
    """Train the process's one network from its first weights; returns (model, Watch)."""
    does = arm.behaviour
    rng = np.random.default_rng([protocol.seed, fold, repetition if does.new_seeds else 0])
    model = _reset(protocol, trained[0].images.shape[1:], build, rng)
    if does.flip_bit and repetition > 0:
        draw = np.random.default_rng(repetition)
        model.set_weights(weights.flip_lowest_bit(model.get_weights(), draw))
    watch = Watch(_FIRST_STEPS)
    next_order = minibatches.orders(protocol, does.reorder, rng)
    loops.run(model, protocol, trained, next_order, [watch, *callbacks])
    if watch.lost_in:
        raise InputError(f"The loss was {watch.losses[-1]} in epoch {watch.lost_in}.")
    return model, watch


def evaluate(model, prepared, protocol):
    """DSC in % of one patient, in 3-D on the patient's own grid."""
    return dsc.patient_dsc(segment(model, prepared, protocol), prepared)


def _dsc(model, patients, protocol):
    return {p.patient: evaluate(model, p, protocol) for p in patients}


def segment(model, prepared, protocol):
    """The network's breast mask on the patient's grid, (slice, rows, columns) bool."""
    parts = range(protocol.batch, len(prepared.images), protocol.batch)
    predicted = [model.predict_on_batch(images) for images in np.split(prepared.images, parts)]
    kept_arrays.let_go(prepared.images)
    return resampling.restore(np.concatenate(predicted)[..., 0] > 0.5, prepared, protocol)


def _reset(protocol, input_shape, build, rng):
    """The process's network with first weights drawn anew, all other state as after building.

    Our U-Net has no random op, so the framework's own seed decides nothing in it; setting that
    seed for each cell would only make TensorFlow optimise the graph anew.
    """
    model, constants, state = _network(protocol, input_shape, build)
    if build is not None:
        keras.utils.set_random_seed(int(rng.integers(2**31)))
    model.set_weights(weights.first_weights(constants, rng))
    if build is not None:
        own_network.reseed(model, rng)
    for variable, value in zip(model.optimizer.variables, state, strict=True):
        variable.assign(value)
    return model


@functools.lru_cache(maxsize=1)
def _network(protocol, input_shape, build):
    """The process's compiled network, its weights and optimizer's state before the first step."""
    p = protocol
    own = build is not None
    model = own_network.build(build, input_shape) if own else unet.of(p, input_shape)
    unet.compile_for_dsc(model, p, frameworks.xla())
    values = model.get_weights(), [ops.convert_to_numpy(v) for v in model.optimizer.variables]
    if own:
        own_network.finish_building(model, input_shape)
    return model, *values
