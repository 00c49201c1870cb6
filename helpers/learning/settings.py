"""Settings: sets of switches, under each of which the same training is done again and again.

They are what a user may try in TensorFlow, one after the other, until the runs agree; after the
first that should suffice, one thing is changed at a time. The model is compiled once in a process;
each run draws its first weights anew and is fitted by ``fit``, which shuffles.
"""

import functools
import time
from dataclasses import dataclass, replace

import numpy as np

from helpers.learning import determinism, unet
from helpers.learning.framework import keras, ops

_SEED = 42


@dataclass(frozen=True)
class Setting:
    """One set of switches; threads None mean the framework's own choice.

    optimiser : whether TensorFlow's graph optimiser (Grappler) rewrites the graph
    shuffled  : the slices are shuffled by an unseeded generator before fit
    """

    name: str
    says: str
    seeded: bool = False
    op_determinism: bool = False
    inter_op: int | None = None
    intra_op: int | None = None
    optimiser: bool = True
    onednn: bool = True
    xla: bool = False
    tf32: bool = False
    shuffled: bool = False


NOTHING = Setting("nothing", "no switch at all")
SEED = Setting("seed", "keras.utils.set_random_seed", seeded=True)
OPS = replace(SEED, name="op determinism", says="and enable_op_determinism", op_determinism=True)
REFERENCE = replace(OPS, name="inter-op 1", says="and one op at a time", inter_op=1)

# Keras leaves XLA out when op determinism is on, so this one is without.
ONE = replace(
    REFERENCE, name="inter-op 1 alone", says="seed, one op at a time", op_determinism=False
)

_after = functools.partial(replace, REFERENCE)

SETTINGS = {
    s.name: s
    for s in (
        NOTHING,
        SEED,
        OPS,
        REFERENCE,
        ONE,
        _after(name="fresh process", says="the same in another process"),
        _after(name="intra-op 1", says="the same, one thread an op", intra_op=1),
        _after(name="intra-op 2", says="the same, two threads an op", intra_op=2),
        _after(name="intra-op 4", says="the same, four threads an op", intra_op=4),
        _after(name="oneDNN off", says="the same, TF_ENABLE_ONEDNN_OPTS=0", onednn=False),
        replace(ONE, name="XLA", says="seed, one op at a time, jit_compile=True", xla=True),
        _after(name="TF32", says="the same, TF32 on: on a GPU only", tf32=True),
        _after(name="unseeded order", says="the same, slices in another order", shuffled=True),
        replace(SEED, name="graph optimiser off", says="seed, and no Grappler", optimiser=False),
    )
}


def environment(setting):
    """Variables that must be set before TensorFlow is imported: dict."""
    return {} if setting.onednn else {"TF_ENABLE_ONEDNN_OPTS": "0"}


def train(setting, protocol, images, masks, runs):
    """Train ``runs`` times from the start, in a process that has not computed anything yet.

    images, masks : (n, size, size, channel) float32 arrays; n fills its mini-batches
    returns       : list of (sha256 of all weights, seconds of each step but the first); empty
                    when the setting needs a GPU and there is none
    """
    import tensorflow as tf

    if setting.tf32 and not tf.config.list_physical_devices("GPU"):
        return []
    _apply(setting, tf)
    model = _model(setting, protocol, images.shape[1:])
    return [_once(model, setting, images, masks, protocol.batch) for _ in range(runs)]


def _apply(setting, tf):
    if setting.inter_op:
        tf.config.threading.set_inter_op_parallelism_threads(setting.inter_op)
    if setting.intra_op:
        tf.config.threading.set_intra_op_parallelism_threads(setting.intra_op)
    if setting.op_determinism:
        tf.config.experimental.enable_op_determinism()
    if not setting.optimiser:
        tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})
    tf.config.experimental.enable_tensor_float_32_execution(setting.tf32)


def _model(setting, p, input_shape):
    model = unet.build(input_shape, p.depth, p.base_filters, p.batch_norm, p.momentum)
    optimizer = keras.optimizers.Adam(p.learning_rate)
    model.compile(optimizer=optimizer, loss=unet.dice_loss, jit_compile=setting.xla)
    optimizer.build(model.trainable_variables)
    return model


def _once(model, setting, images, masks, batch):
    """Start from first weights and an optimizer that has done nothing, and fit."""
    if setting.seeded:
        keras.utils.set_random_seed(_SEED)
    if setting.shuffled:
        order = np.random.default_rng().permutation(len(images))
        images, masks = images[order], masks[order]
    rng = np.random.default_rng(_SEED if setting.seeded else None)
    model.set_weights(unet.first_weights(model, rng))
    for variable in model.optimizer.variables:
        if variable.path.split("/")[-1] != "learning_rate":
            variable.assign(ops.zeros_like(variable))
    clock = Clock()
    model.fit(images, masks, batch_size=batch, epochs=1, verbose=0, callbacks=[clock])
    return determinism.digest(model.get_weights()), list(np.diff(clock.times))


class Clock(keras.callbacks.Callback):
    """The time after each step, s."""

    def __init__(self):
        """Start with none."""
        super().__init__()
        self.times = []

    def on_train_batch_end(self, batch, logs=None):
        """Look at the clock."""
        self.times.append(time.perf_counter())
