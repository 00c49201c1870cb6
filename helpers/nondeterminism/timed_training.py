"""The training that is timed under a setting, in a process that has not computed anything yet.

The model is compiled once; each run draws its first weights anew and is fitted by ``fit``, which
shuffles.
"""

import time

import numpy as np

from helpers.learning import unet, weights
from helpers.learning.quiet_keras import keras, ops


def train(setting, protocol, images, masks, runs):
    """Train ``runs`` times from the start.

    images, masks : (n, size, size, channel) float32 arrays; n fills its mini-batches
    returns       : list of (sha256 of all weights, seconds of each step but the first); empty
                    when the setting needs a GPU and there is none
    """
    import tensorflow as tf

    if setting.tf32 and not tf.config.list_physical_devices("GPU"):
        return []
    _apply(setting, tf)
    model = unet.of(protocol, images.shape[1:])
    unet.compile_for_dsc(model, protocol, setting.xla, decays=False)
    constants = model.get_weights()
    return [_once(model, constants, setting, images, masks, protocol) for _ in range(runs)]


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


def _once(model, constants, setting, images, masks, p):
    """Start from first weights and an optimizer that has done nothing, and fit."""
    if setting.seeded:
        keras.utils.set_random_seed(p.seed)
    if setting.shuffled:
        order = np.random.default_rng().permutation(len(images))
        images, masks = images[order], masks[order]
    rng = np.random.default_rng(p.seed if setting.seeded else None)
    model.set_weights(weights.first_weights(constants, rng))
    for variable in model.optimizer.variables:
        if variable.path.split("/")[-1] != "learning_rate":
            variable.assign(ops.zeros_like(variable))
    clock = Clock()
    model.fit(images, masks, batch_size=p.batch, epochs=1, verbose=0, callbacks=[clock])
    return weights.digest(model.get_weights()), list(np.diff(clock.times))


class Clock(keras.callbacks.Callback):
    """The time after each step, s."""

    def __init__(self):
        """Start with none."""
        super().__init__()
        self.times = []

    def on_train_batch_end(self, batch, logs=None):
        """Look at the clock."""
        self.times.append(time.perf_counter())
