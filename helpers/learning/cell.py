"""One cell: a training under an arm, a repetition and a fold, and the record it leaves."""

import functools
import time

import numpy as np

from helpers.imaging import slices
from helpers.learning import determinism, unet
from helpers.learning.framework import keras, ops


def train(protocol, arm, repetition, fold, cohort, callbacks=()):
    """Train on all folds but one, evaluate on that one, and return the record.

    protocol, arm : Protocol and Arm
    repetition    : int ≥ 0; fold : int, 0 … folds − 1
    cohort        : list of Prepared, one a patient
    callbacks     : further Keras callbacks, to watch the training
    returns       : dict with ``dsc_percent`` by held-out patient, digests and seconds
    """
    determinism.apply(determinism.switches(arm, protocol))
    started = time.perf_counter()
    trained, held_out = split(cohort, protocol, fold)
    model, watch = fit(protocol, arm, repetition, fold, trained, callbacks)
    dsc = {p.patient: evaluate(model, p, protocol) for p in held_out}
    return {
        "arm": arm.name,
        "repetition": repetition,
        "fold": fold,
        "dsc_percent": dsc,
        "weights_sha256": determinism.digest(model.get_weights()),
        "first_step_sha256": watch.steps[0],
        "epochs_sha256": watch.epochs,
        "seconds": time.perf_counter() - started,
    }


def split(cohort, protocol, fold):
    """(trained, held out) patients of a fold, dealt by the protocol's fold seed."""
    folds = slices.patient_folds([p.patient for p in cohort], protocol.folds, protocol.fold_seed)
    held_out = [p for p in cohort if p.patient in folds[fold]]
    return [p for p in cohort if p.patient not in folds[fold]], held_out


def fit(protocol, arm, repetition, fold, trained, callbacks=()):
    """Train the process's one network from its first weights; returns (model, Watch)."""
    rng = np.random.default_rng([protocol.seed, fold, repetition if arm.new_seeds else 0])
    keras.utils.set_random_seed(int(rng.integers(2**31)))
    model = _reset(protocol, trained[0].images.shape[1:], rng)
    if arm.flip_bit and repetition > 0:
        draw = np.random.default_rng(repetition)
        model.set_weights(determinism.flip_lowest_bit(model.get_weights(), draw))
    batches = Batches(trained, protocol.batch, rng, arm.reorder)
    watch = Watch()
    callbacks = [watch, *callbacks]
    model.fit(batches, epochs=protocol.epochs, shuffle=False, verbose=0, callbacks=callbacks)
    return model, watch


def evaluate(model, prepared, protocol):
    """DSC in % of one patient, in 3-D on the patient's own grid."""
    return slices.patient_dsc(segment(model, prepared, protocol), prepared)


def segment(model, prepared, protocol):
    """The network's breast mask on the patient's grid, (slice, rows, columns) bool."""
    predicted = model.predict(prepared.images, batch_size=protocol.batch, verbose=0)
    return slices.restore(predicted[..., 0] > 0.5, prepared, protocol)


class Batches(keras.utils.PyDataset):
    """Mini-batches of the labelled slices, in an order drawn anew for each epoch.

    patients : list of Prepared; rng : numpy Generator of the order
    reorder  : shuffle the samples inside each mini-batch by an unseeded generator
    """

    def __init__(self, patients, batch, rng, reorder=False):
        """Gather the slices; see the class."""
        super().__init__()
        self._images = np.concatenate([p.images[p.labelled] for p in patients])
        self._masks = np.concatenate([p.masks[p.labelled] for p in patients])
        self._batch, self._rng = batch, rng
        self._unseeded = np.random.default_rng() if reorder else None
        self.on_epoch_end()

    def __len__(self):
        """Mini-batches in an epoch; the last may be smaller."""
        return -(-len(self._images) // self._batch)

    def __getitem__(self, index):
        """(images, masks) of one mini-batch."""
        chosen = self._order[index * self._batch : (index + 1) * self._batch]
        if self._unseeded is not None:
            chosen = self._unseeded.permutation(chosen)
        return self._images[chosen], self._masks[chosen]

    def on_epoch_end(self):
        """Draw the next epoch's order."""
        self._order = self._rng.permutation(len(self._images))


class Watch(keras.callbacks.Callback):
    """Weight digests after the first ``first`` steps and after each epoch."""

    def __init__(self, first=1):
        """Watch the first so many steps."""
        super().__init__()
        self.first, self.steps, self.epochs = first, [], []

    def on_train_batch_end(self, batch, logs=None):
        """Keep the digest of an early step."""
        if len(self.steps) < self.first:
            self.steps.append(determinism.digest(self.model.get_weights()))

    def on_epoch_end(self, epoch, logs=None):
        """Keep the digest of an epoch."""
        self.epochs.append(determinism.digest(self.model.get_weights()))


def _reset(protocol, input_shape, rng):
    model, state = _network(protocol, input_shape)
    model.set_weights(unet.first_weights(model, rng))
    for variable, value in zip(model.optimizer.variables, state, strict=True):
        variable.assign(value)
    return model


@functools.lru_cache(maxsize=1)
def _network(protocol, input_shape):
    """The compiled network of this process and its optimizer's state before the first step."""
    p = protocol
    model = unet.build(input_shape, p.depth, p.base_filters, p.batch_norm, p.momentum)
    rate = keras.optimizers.schedules.InverseTimeDecay(p.learning_rate, 1, p.decay)
    optimizer = keras.optimizers.Adam(rate)
    model.compile(optimizer=optimizer, loss=unet.dice_loss, jit_compile=False)
    optimizer.build(model.trainable_variables)
    return model, [ops.convert_to_numpy(v) for v in optimizer.variables]
