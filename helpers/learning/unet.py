"""The U-Net of the talk, its loss, and the first weights it starts from."""

import numpy as np

from helpers.errors import InputError
from helpers.learning.framework import keras, layers, ops


def build(input_shape, depth, base_filters, batch_norm="stock", momentum=0.99):
    """A U-Net: contracting and expanding path joined by skip connections, one output channel.

    input_shape : (height, width, channel), height and width divisible by 2**depth
    returns     : keras.Model, (n, height, width, channel) → (n, height, width, 1) in 0…1
    Source: Ronneberger 2015; one output channel and padding as in the talk.
    """
    inputs = x = keras.Input(input_shape)
    filters = [base_filters * 2**level for level in range(depth)]
    skips = []
    for f in filters:
        x = _two_convolutions(x, f, batch_norm, momentum)
        skips.append(x)
        x = layers.MaxPooling2D(2)(x)
    x = _two_convolutions(x, base_filters * 2**depth, batch_norm, momentum)
    for f, skip in zip(reversed(filters), reversed(skips), strict=True):
        x = layers.Conv2DTranspose(f, 2, strides=2)(x)
        x = layers.Concatenate()([skip, x])
        x = _two_convolutions(x, f, batch_norm, momentum)
    return keras.Model(inputs, layers.Conv2D(1, 1, activation="sigmoid")(x), name="unet")


def dice_loss(truth, predicted):
    """1 − DSC over all pixels of a mini-batch; both (n, height, width, 1), result 0…1."""
    overlap = ops.sum(truth * predicted)
    return 1 - 2 * overlap / (ops.sum(truth) + ops.sum(predicted) + 1e-7)


def first_weights(model, rng):
    """The model's weights with every kernel drawn anew: He's uniform, by numpy on any backend.

    model   : keras.Model
    rng     : numpy.random.Generator
    returns : list of float32 arrays in the order of ``model.weights``
    Source: He 2015, limit √(6 / fan in); biases and batch norm keep their constants.
    """
    return [
        _he_uniform(w.shape, rng) if w.name == "kernel" else _constant(w) for w in model.weights
    ]


def _two_convolutions(x, filters, batch_norm, momentum):
    for _ in range(2):
        x = layers.Conv2D(filters, 3, padding="same", use_bias=batch_norm == "none")(x)
        x = _normalise(x, batch_norm, momentum)
        x = layers.Activation("relu")(x)
    return x


def _normalise(x, batch_norm, momentum):
    if batch_norm == "none":
        return x
    if batch_norm == "fused":
        return FusedBatchNormalization(momentum=momentum)(x)
    return layers.BatchNormalization(momentum=momentum)(x)


def _he_uniform(shape, rng):
    limit = np.sqrt(6 / np.prod(shape[:-1]))
    return rng.uniform(-limit, limit, shape).astype("float32")


def _constant(weight):
    fill = np.ones if weight.name in ("gamma", "moving_variance") else np.zeros
    return fill(weight.shape, "float32")


class FusedBatchNormalization(layers.BatchNormalization):
    """Keras' batch normalisation computed by TensorFlow's one fused op; (n, h, w, channel).

    Same mathematics and variables as ``keras.layers.BatchNormalization``; raises InputError on
    a backend other than TensorFlow.
    """

    def __init__(self, momentum=0.99, epsilon=1e-3, **kwargs):
        """As ``keras.layers.BatchNormalization``."""
        if keras.backend.backend() != "tensorflow":
            raise InputError(
                "batch_norm='fused' exists in TensorFlow only: use batch_norm='stock' "
                f"with the {keras.backend.backend()} backend."
            )
        super().__init__(momentum=momentum, epsilon=epsilon, **kwargs)

    def call(self, inputs, training=False):
        """Normalise by the batch (training) or by the moving averages."""
        if not training:
            return self._fused(inputs, self.moving_mean, self.moving_variance, False)[0]
        outputs, mean, variance = self._fused(inputs, None, None, True)
        count = ops.prod(ops.cast(ops.shape(inputs)[:-1], "float32"))
        self._follow(self.moving_mean, mean)
        self._follow(self.moving_variance, variance * (count - 1) / count)
        return outputs

    def _follow(self, average, value):
        average.assign(average * self.momentum + value * (1 - self.momentum))

    def _fused(self, inputs, mean, variance, training):
        import tensorflow as tf

        empty = tf.constant([], tf.float32)
        outputs, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
            x=inputs,
            scale=self.gamma,
            offset=self.beta,
            mean=empty if mean is None else mean,
            variance=empty if variance is None else variance,
            epsilon=self.epsilon,
            is_training=training,
        )
        return outputs, mean, variance
