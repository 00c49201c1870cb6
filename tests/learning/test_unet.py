"""The network and its loss against Keras' own layers and a slow, obvious version."""

import keras
import numpy as np
import pytest
from keras import ops

from helpers.errors import InputError
from helpers.learning import unet, weights
from helpers.learning.loss import dice_loss
from helpers.protocol import PAPER


def _network(protocol, channels=2):
    return unet.of(protocol, (protocol.size, protocol.size, channels))


def test_the_papers_network_builds_and_trains_one_step():
    model = _network(PAPER)
    model.compile(keras.optimizers.Adam(1e-3), dice_loss, jit_compile=False)
    model.set_weights(weights.first_weights(model.get_weights(), np.random.default_rng(0)))
    rng = np.random.default_rng(0)
    images = rng.normal(size=(2, PAPER.size, PAPER.size, 2)).astype("float32")
    before = model.get_weights()[0]
    loss = model.train_on_batch(images, (images[..., :1] > 0).astype("float32"))
    assert 0 < loss < 1
    assert np.abs(model.get_weights()[0] - before).max() > 0
    assert PAPER.size >= 256 and PAPER.depth == 4 and PAPER.base_filters >= 32


def test_the_network_has_skip_connections_and_one_output_channel():
    model = unet.build((32, 32, 2), 3, 4)
    assert model.output_shape == (None, 32, 32, 1)
    joins = [layer for layer in model.layers if isinstance(layer, keras.layers.Concatenate)]
    assert [tuple(j.output.shape[1:3]) for j in joins] == [(8, 8), (16, 16), (32, 32)]


def test_the_loss_is_one_minus_dsc_of_two_masks():
    rng = np.random.default_rng(1)
    truth, drawn = (rng.random((2, 3, 8, 8, 1)) > 0.6).astype("float32")
    slow = 1 - 2 * sum(t * d for t, d in zip(truth.flat, drawn.flat, strict=True)) / (
        truth.sum() + drawn.sum()
    )
    assert float(dice_loss(truth, drawn)) == pytest.approx(slow, abs=1e-6)


def test_the_loss_is_keras_dice_of_the_whole_mini_batch():
    rng = np.random.default_rng(2)
    truth = (rng.random((3, 8, 8, 1)) > 0.5).astype("float32")
    drawn = rng.random((3, 8, 8, 1)).astype("float32")
    theirs = keras.losses.Dice()(truth, drawn)
    assert float(dice_loss(truth, drawn)) == pytest.approx(float(theirs), abs=1e-5)


def test_fused_batch_norm_equals_keras_in_forward_gradient_and_moving_averages():
    tf = pytest.importorskip("tensorflow")
    rng = np.random.default_rng(5)
    stock = keras.layers.BatchNormalization(momentum=0.8)
    fused = unet.FusedBatchNormalization(momentum=0.8)
    x = tf.constant(rng.normal(3, 2, (4, 6, 6, 5)).astype("float32"))
    pull = tf.constant(rng.normal(size=(4, 6, 6, 5)).astype("float32"))
    found = []
    for layer in (stock, fused):
        layer.build(x.shape)
        layer.gamma.assign(np.linspace(0.5, 2, 5))
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = layer(x, training=True)
            total = tf.reduce_sum(y * pull)
        gradients = tape.gradient(total, [x, layer.gamma.value, layer.beta.value])
        found.append([y, *gradients, layer.moving_mean, layer.moving_variance, layer(x)])
    for theirs, ours in zip(*found, strict=True):
        theirs, ours = ops.convert_to_numpy(theirs), ops.convert_to_numpy(ours)
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-5)


def test_fused_batch_norm_is_refused_on_another_backend(monkeypatch):
    monkeypatch.setattr(keras.backend, "backend", lambda: "torch")
    with pytest.raises(InputError, match="TensorFlow only"):
        unet.FusedBatchNormalization()
