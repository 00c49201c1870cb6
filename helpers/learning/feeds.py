"""What Keras' fit is fed with: an epoch's mini-batches, gathered one ahead of the step.

TensorFlow learns from the feed which shapes it knows before it computes, and so how it may change
the graph: docs/riddle.md. Its feed says what fit on arrays says: every shape where all mini-batches
are full, any number of slices where the last one is not.
"""

import functools

import numpy as np

from helpers.learning.minibatches import ahead
from helpers.learning.quiet_keras import keras


def epoch(slices, order, batch):
    """What ``fit`` takes as its ``x`` for one epoch, under any framework.

    slices : minibatches.Slices
    order  : (n,) int, the order of the slices
    batch  : slices of a mini-batch; the last one may have fewer
    """
    if keras.backend.backend() == "tensorflow":
        return _tensorflows(slices, order, batch)
    return InTurn(slices, order, batch)


class InTurn(keras.utils.PyDataset):
    """An epoch's mini-batches (images, masks) for Keras, each asked for in its turn."""

    def __init__(self, slices, order, batch):
        """As ``epoch``."""
        super().__init__()
        self._slices = slices
        self._parts = [order[i : i + batch] for i in range(0, len(order), batch)]
        self._at, self._coming = None, None

    def __len__(self):
        """How many mini-batches there are."""
        return len(self._parts)

    def __getitem__(self, number):
        """The mini-batch of a number; the next one is gathered meanwhile."""
        if self._coming is None or self._at != number:  # Keras may begin anew
            self._coming = ahead(self._slices.gather, self._parts[number:])
        self._at = number + 1
        return next(self._coming)


def _tensorflows(slices, order, batch):
    """A tf.data.Dataset: the slices' numbers as Keras cuts them, then their arrays."""
    import tensorflow as tf

    full, partial = np.split(order.astype("int64"), [len(order) // batch * batch])
    numbers = tf.data.Dataset.from_tensor_slices(full.reshape(-1, batch))
    if len(partial):
        numbers = numbers.concatenate(tf.data.Dataset.from_tensors(partial))
    gather = _gathering(slices.shapes, numbers.element_spec.shape[0])
    _source[:] = [slices]
    options = tf.data.Options()
    options.autotune.enabled = False
    options.experimental_optimization.apply_default_optimizations = False
    return numbers.map(gather).prefetch(1).with_options(options)


_source = []  # the slices of this process's training


def _gather(numbers):
    return _source[0].gather(numbers)


@functools.lru_cache(maxsize=4)
def _gathering(shapes, batch):
    """A traced function (numbers) → (images, masks), all shapes known, the batch's where given.

    TensorFlow keeps every Python function for ever that a graph calls: one serves all epochs.
    """
    import tensorflow as tf

    @tf.function(input_signature=[tf.TensorSpec((batch,), tf.int64)], autograph=False)
    def _gathered(numbers):
        arrays = tf.numpy_function(_gather, [numbers], (tf.float32, tf.float32))
        return tuple(tf.ensure_shape(a, (batch, *s)) for a, s in zip(arrays, shapes, strict=True))

    return _gathered
