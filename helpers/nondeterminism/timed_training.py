"""The training that is timed under a setting, in a process that has not computed anything yet.

The model is compiled once; each run draws its first weights anew and is fitted by ``fit``, which
shuffles.
"""

import numpy as np

from helpers.learning import frameworks, memory, unet, weights
from helpers.learning.quiet_keras import keras, ops
from helpers.learning.switches import Switches
from helpers.learning.watch import Clock
from helpers.nondeterminism.probes import adapters


def train(setting, protocol, images, masks, runs):
    """Train ``runs`` times from the start.

    images, masks : (n, size, size, channel) float32 arrays; n fills its mini-batches
    returns       : list of (sha256 of all weights, seconds of each step but the first); empty
                    when this framework or device has no such setting
    """
    if not setting.is_there(frameworks.name(), adapters.device_unstarted()):
        return []
    _apply(setting)
    model = unet.of(protocol, images.shape[1:])
    unet.compile_for_dsc(model, protocol, setting.xla or frameworks.xla(), decays=False)
    constants = model.get_weights()
    return [_once(model, constants, setting, images, masks, protocol) for _ in range(runs)]


def _apply(setting):
    threads = setting.inter_op, setting.intra_op
    frameworks.here().apply(Switches(setting.op_determinism, *threads), memory.CAP_MIB)
    if setting.tf32:
        _allow_tf32()
    if not setting.optimiser:
        import tensorflow as tf

        tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})


def _allow_tf32():
    if frameworks.name() == "tensorflow":
        import tensorflow as tf

        tf.config.experimental.enable_tensor_float_32_execution(True)
    elif frameworks.name() == "torch":
        import torch

        torch.backends.fp32_precision = "tf32"
    else:
        import jax

        jax.config.update("jax_default_matmul_precision", "tensorfloat32")


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
            variable.assign(ops.zeros_like(variable.value))
    clock = Clock()
    model.fit(images, masks, batch_size=p.batch, epochs=1, verbose=0, callbacks=[clock])
    return weights.digest(model.get_weights()), list(np.diff(clock.times))
