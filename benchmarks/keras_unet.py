"""The training step by our compiled loop and by plain Keras; a side of benchmarks/training.py.

python keras_unet.py compiled|fit SIZE DEPTH BASE BATCH NORM THREADS

``compiled`` is ours: fused batch norm and the switches of the control arm. ``fit`` is what people
write: Keras' own batch norm and compile's defaults. Says and hears what ``sides`` explains.
"""

import sys
import time
from dataclasses import replace

import numpy as np
import sides

from helpers.imaging.slices import Prepared
from helpers.learning import loops, switches, unet
from helpers.learning.loss import dice_loss
from helpers.learning.quiet_keras import keras
from helpers.protocol import DEMO


def network(side, size, depth, base, norm):
    """The U-Net, compiled for its side."""
    ours = side == "compiled"
    kind = "none" if norm == "none" else "fused" if ours else "stock"
    model = unet.build((size, size, 2), depth, base, kind, 0.8)
    rate = keras.optimizers.schedules.InverseTimeDecay(1e-3, 1, 1e-3)
    optimizer = keras.optimizers.Adam(rate)
    model.compile(optimizer, dice_loss, jit_compile=False if ours else "auto")
    return model


def our_trainer(model, images, masks, batch):
    """A function steps → seconds of so many steps of our compiled loop."""
    protocol = replace(DEMO, batch=batch, epochs=1, loop="compiled")

    def train(steps):
        n = steps * batch
        patient = Prepared("P", images[:n], masks[:n], np.ones(n, bool), None, (1.0,) * 3)
        started = time.perf_counter()
        loops.run(model, protocol, [patient], np.random.default_rng().permutation, [])
        return time.perf_counter() - started

    return train


def plain_trainer(model, images, masks, batch):
    """A function steps → seconds of so many steps of Keras' fit."""

    def train(steps):
        n = steps * batch
        started = time.perf_counter()
        model.fit(images[:n], masks[:n], batch_size=batch, verbose=0)
        return time.perf_counter() - started

    return train


def fix_threads(side, threads):
    """Control's switches for us; as many threads and nothing else for plain Keras."""
    if side == "compiled":
        protocol = replace(DEMO, fixed_threads=threads)
        switches.apply(switches.wanted(True, protocol))
        return
    import tensorflow as tf

    tf.config.threading.set_inter_op_parallelism_threads(threads)
    tf.config.threading.set_intra_op_parallelism_threads(threads)


def matmul():
    """float32 operations a second of a product of two square matrices."""
    import tensorflow as tf

    one = tf.constant(np.random.default_rng(0).random((sides.MATRIX, sides.MATRIX), "float32"))
    return sides.matmul_rate(lambda: tf.matmul(one, one).numpy())


def main(side, size, depth, base, batch, norm, threads):
    """Build, warm up, and answer."""
    size, depth, base, batch = int(size), int(depth), int(base), int(batch)
    fix_threads(side, int(threads))
    model = network(side, size, depth, base, norm)
    images, masks = sides.slices(size, batch)
    make = our_trainer if side == "compiled" else plain_trainer
    trained = sum(int(np.prod(w.shape)) for w in model.trainable_weights)
    sides.answer(trained, make(model, images, masks, batch), matmul)


if __name__ == "__main__":
    main(*sys.argv[1:])
