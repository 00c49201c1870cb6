"""An example of somebody's own network: any function input shape → keras.Model will do.

python -m helpers run --protocol smoke --model tests.example_network:build --out my_study
"""

from helpers.learning.quiet_keras import keras, layers


def build(input_shape):
    """Three convolutions with dropout; one probability a pixel."""
    inputs = keras.Input(input_shape)
    x = layers.Conv2D(8, 5, padding="same", activation="relu")(inputs)
    x = layers.Dropout(0.2)(x)
    x = layers.DepthwiseConv2D(3, padding="same")(x)
    x = layers.GroupNormalization(2)(x)
    x = layers.Activation("relu")(x)
    return keras.Model(inputs, layers.Conv2D(1, 1, activation="sigmoid")(x))


def too_small(input_shape):
    """A network that answers on another grid: it is refused."""
    inputs = keras.Input(input_shape)
    return keras.Model(inputs, layers.Conv2D(1, 3, strides=2)(inputs))


def no_network(input_shape):
    """No network at all."""
    return input_shape
