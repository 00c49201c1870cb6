"""Probes of the whole U-Net: its gradient with every kind of batch norm, and one step of Adam."""

import numpy as np

from helpers.errors import InputError
from helpers.learning import frameworks, unet, weights
from helpers.learning.loss import dice_loss
from helpers.learning.quiet_keras import ops
from helpers.nondeterminism.probes import adapters
from helpers.nondeterminism.probes.probe import Probe


def gradients(p):
    """The gradient of 1 − DSC by all weights, with stock, fused and no batch norm."""
    for batch_norm in ("stock", "fused", "none"):
        name = f"U-Net, gradient, batch norm {batch_norm}"
        yield Probe(name, _shape(p), _gradient(p, batch_norm))


def steps(p):
    """One step of Keras' own training, from the same weights and optimizer state."""
    for batch_norm in ("stock", "fused", "none"):
        yield Probe(f"U-Net, step, batch norm {batch_norm}", _shape(p), _step(p, batch_norm))


def _gradient(p, batch_norm):
    def _prepare(seed):
        rng = np.random.default_rng(seed)
        model = _model(p, batch_norm, rng)
        images, masks = _batch(p, rng)
        fixed = [v.value for v in model.non_trainable_variables]

        def _loss(*weights):
            drawn, _ = model.stateless_call(list(weights), fixed, images, training=True)
            return dice_loss(masks, drawn)

        weights = [ops.convert_to_tensor(v.numpy()) for v in model.trainable_variables]
        compute = adapters.gradient(_loss, range(len(weights)))
        one = ops.convert_to_tensor(np.float32(1))
        return lambda: compute(weights, one), [v.path for v in model.trainable_variables]

    return _prepare


def _step(p, batch_norm):
    def _prepare(seed):
        rng = np.random.default_rng(seed)
        model = _model(p, batch_norm, rng)
        images, masks = _batch(p, rng)
        unet.compile_for_dsc(model, p, frameworks.xla(), decays=False)
        variables = [*model.variables, *model.optimizer.variables]
        before = [ops.convert_to_numpy(v).copy() for v in variables]

        def _once():
            for variable, value in zip(variables, before, strict=True):
                variable.assign(value)
            model.train_on_batch(images, masks)
            return [v.value for v in model.weights]

        return _once, [v.path for v in model.weights]

    return _prepare


def _model(p, batch_norm, rng):
    try:
        model = unet.of(p, (p.size, p.size, len(p.phases)), batch_norm)
    except InputError as error:  # fused batch norm is TensorFlow's
        raise adapters.NotThere from error
    model.set_weights(weights.first_weights(model.get_weights(), rng))
    return model


def _batch(p, rng):
    shape = (p.batch, p.size, p.size)
    images = rng.standard_normal((*shape, len(p.phases)), "float32")
    masks = (rng.random((*shape, 1)) > 0.5).astype("float32")
    return ops.convert_to_tensor(images), ops.convert_to_tensor(masks)


def _shape(p):
    return f"{p.batch}×{p.size}×{p.size}×{len(p.phases)}, base {p.base_filters}, depth {p.depth}"
