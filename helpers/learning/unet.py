"""The U-Net of the talk, and how it is compiled for training."""

from helpers.errors import InputError
from helpers.learning.loss import dice_loss
from helpers.learning.quiet_keras import keras, layers, ops


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


def of(protocol, input_shape, batch_norm=None):
    """The protocol's U-Net for an input shape, with another batch norm where one is given."""
    p = protocol
    return build(input_shape, p.depth, p.base_filters, batch_norm or p.batch_norm, p.momentum)


def compile_for_dsc(model, protocol, xla, decays=True):
    """Give a model the loss 1 − DSC and the protocol's Adam, which has done nothing yet.

    xla    : whether XLA compiles the step
    decays : whether the rate follows the protocol's decay, or stays what it is first
    """
    rate = protocol.learning_rate
    if decays:
        rate = keras.optimizers.schedules.InverseTimeDecay(rate, 1, protocol.decay)
    model.compile(optimizer=keras.optimizers.Adam(rate), loss=dice_loss, jit_compile=xla)
    model.optimizer.build(model.trainable_variables)
    return model


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
