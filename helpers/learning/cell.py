"""One cell: a training under an arm, a repetition and a fold, and the record it leaves."""

import functools
import time

import numpy as np

from helpers.errors import InputError
from helpers.imaging import slices
from helpers.learning import boundary, determinism, foreign, frameworks, loops, memory, unet
from helpers.learning.framework import keras, ops

_FIRST_STEPS = 10  # whose digests a record keeps, to tell when two runs part


def train(protocol, arm, repetition, fold, cohort, callbacks=(), build=None):
    """Train on all folds but one, evaluate on that one, and return the record.

    protocol, arm : Protocol and Arm
    repetition    : int ≥ 0; fold : int, 0 … folds − 1
    cohort        : list of Prepared, one a patient
    callbacks     : further Keras callbacks, to watch the training
    build         : function input shape → keras.Model of another network; the U-Net when None
    returns       : dict with ``dsc_percent`` and ``hd95_mm`` by held-out patient, digests,
                    threads, peak memory in MB and seconds
    raises        : InputError when the loss is no number any more
    """
    switches = determinism.switches(arm, protocol)
    determinism.apply(switches)
    memory.forget_peaks()
    started = time.perf_counter()
    trained, held_out = split(cohort, protocol, fold)
    model, watch = fit(protocol, arm, repetition, fold, trained, callbacks, build)
    drawn = [segment(model, p, protocol) for p in held_out]
    return {
        "arm": arm.name,
        "repetition": repetition,
        "fold": fold,
        **_scores(held_out, drawn),
        "weights_sha256": determinism.digest(model.get_weights()),
        "first_step_sha256": watch.steps[0],
        "steps_sha256": watch.steps,
        "epochs_sha256": watch.epochs,
        "threads": {"inter_op": switches.inter_op_threads, "intra_op": switches.intra_op_threads},
        "peak_memory_mb": memory.peaks_mb(),
        "seconds": time.perf_counter() - started,
    }


def split(cohort, protocol, fold):
    """(trained, held out) patients of a fold, dealt by the protocol's fold seed."""
    folds = slices.patient_folds([p.patient for p in cohort], protocol.folds, protocol.fold_seed)
    held_out = [p for p in cohort if p.patient in folds[fold]]
    return [p for p in cohort if p.patient not in folds[fold]], held_out


def fit(protocol, arm, repetition, fold, trained, callbacks=(), build=None):
    """Train the process's one network from its first weights; returns (model, Watch)."""
    rng = np.random.default_rng([protocol.seed, fold, repetition if arm.new_seeds else 0])
    model = _reset(protocol, trained[0].images.shape[1:], build, rng)
    if arm.flip_bit and repetition > 0:
        draw = np.random.default_rng(repetition)
        model.set_weights(determinism.flip_lowest_bit(model.get_weights(), draw))
    watch = Watch(_FIRST_STEPS)
    loops.run(model, protocol, trained, orders(protocol, arm, rng), [watch, *callbacks])
    if watch.lost_in:
        raise InputError(f"The loss was {watch.loss} in epoch {watch.lost_in}.")
    return model, watch


def evaluate(model, prepared, protocol):
    """DSC in % of one patient, in 3-D on the patient's own grid."""
    return slices.patient_dsc(segment(model, prepared, protocol), prepared)


def segment(model, prepared, protocol):
    """The network's breast mask on the patient's grid, (slice, rows, columns) bool."""
    parts = range(protocol.batch, len(prepared.images), protocol.batch)
    predicted = [model.predict_on_batch(images) for images in np.split(prepared.images, parts)]
    return slices.restore(np.concatenate(predicted)[..., 0] > 0.5, prepared, protocol)


def orders(protocol, arm, rng):
    """A function n → the order of n slices in the next epoch, drawn by ``rng``.

    In an arm that reorders, the samples inside each mini-batch are shuffled by an unseeded
    generator: the same gradient, summed in another order.
    """
    unseeded = np.random.default_rng()

    def _next(n):
        order = rng.permutation(n)
        parts = [order[i : i + protocol.batch] for i in range(0, n, protocol.batch)]
        return np.concatenate([unseeded.permutation(p) if arm.reorder else p for p in parts])

    return _next


class Watch(keras.callbacks.Callback):
    """Weight digests after the first ``first`` steps and each epoch; stops at a loss of NaN."""

    def __init__(self, first):
        """Watch the first so many steps."""
        super().__init__()
        self.first, self.steps, self.epochs = first, [], []
        self.loss, self.lost_in = None, None

    def on_train_batch_end(self, batch, logs=None):
        """Keep the digest of an early step."""
        if len(self.steps) < self.first:
            self.steps.append(determinism.digest(self.model.get_weights()))

    def on_epoch_end(self, epoch, logs=None):
        """Keep the digest of an epoch, and stop when its loss is no number."""
        self.epochs.append(determinism.digest(self.model.get_weights()))
        self.loss = logs["loss"]
        if not np.isfinite(self.loss):
            self.lost_in, self.model.stop_training = epoch + 1, True


def _scores(held_out, drawn):
    pairs = list(zip(held_out, drawn, strict=True))
    return {
        "dsc_percent": {p.patient: slices.patient_dsc(d, p) for p, d in pairs},
        "hd95_mm": {p.patient: boundary.patient_hd95(d, p) for p, d in pairs},
    }


def _reset(protocol, input_shape, build, rng):
    """The process's network with first weights drawn anew, all other state as after building.

    Our U-Net has no random op, so the framework's own seed decides nothing in it; setting that
    seed for each cell would only make TensorFlow optimise the graph anew.
    """
    model, constants, state = _network(protocol, input_shape, build)
    if build is None:
        model.set_weights(unet.first_weights(model, rng))
    else:
        keras.utils.set_random_seed(int(rng.integers(2**31)))
        model.set_weights(foreign.first_weights(model, constants, rng))
        _reseed(model, rng)
    for variable, value in zip(model.optimizer.variables, state, strict=True):
        variable.assign(value)
    return model


def _reseed(model, rng):
    """Draw the states of a network's own random generators (dropout and the like)."""
    for variable in model.variables:
        if variable.name == "seed_generator_state":
            variable.assign(rng.integers(2**31, size=variable.shape))


@functools.lru_cache(maxsize=1)
def _network(protocol, input_shape, build):
    """The process's compiled network, its weights and optimizer's state before the first step."""
    p = protocol
    if build is None:
        model = unet.build(input_shape, p.depth, p.base_filters, p.batch_norm, p.momentum)
    else:
        model = foreign.build(build, input_shape)
    rate = keras.optimizers.schedules.InverseTimeDecay(p.learning_rate, 1, p.decay)
    optimizer = keras.optimizers.Adam(rate)
    model.compile(optimizer=optimizer, loss=unet.dice_loss, jit_compile=frameworks.xla())
    optimizer.build(model.trainable_variables)
    values = model.get_weights(), [ops.convert_to_numpy(v) for v in optimizer.variables]
    if build is not None:
        foreign.finish_building(model, input_shape)
    return model, *values
