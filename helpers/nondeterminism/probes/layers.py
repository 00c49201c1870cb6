"""Probes of the network's layers, and of those that NVIDIA's list names beside them.

cuDNN's documentation lists the routines that do not promise the same bits twice, all because they
add with atomics in the order in which threads arrive: ConvolutionBackwardFilter with ALGO_0 or
ALGO_3, ConvolutionBackwardData with ALGO_0, PoolingBackward with MAX, SpatialTfSamplerBackward,
and CTCLoss with its non-deterministic algorithm.
Source: NVIDIA cuDNN, "Reproducibility (Determinism)",
https://docs.nvidia.com/deeplearning/cudnn/latest/developer/misc.html
"""

import numpy as np

from helpers.learning import frameworks
from helpers.learning.quiet_keras import ops
from helpers.nondeterminism.probes import adapters
from helpers.nondeterminism.probes.probe import backward, forward

FILTER = "ConvolutionBackwardFilter ALGO_0, ALGO_3"
DATA = "ConvolutionBackwardData ALGO_0"
POOLING = "PoolingBackward MAX"
SAMPLER = "SpatialTfSamplerBackward"
CTC = "CTCLoss"

_LETTERS = 28


def convolutions(p):
    """3 × 3 at the top, in the middle and at the bottom of the U-Net; 5 × 5 and 1 × 1 beside."""
    levels = sorted({0, p.depth // 2, p.depth})
    for kernel, level in [(3, n) for n in levels] + [(5, 0), (5, p.depth), (1, 0), (1, p.depth)]:
        side, filters = p.size // 2**level, p.base_filters * 2**level
        before = filters // 2 if level else filters
        inputs = {
            "image": (p.batch, side, side, before),
            "kernel": (kernel, kernel, before, filters),
        }
        name = f"convolution {kernel}×{kernel}"
        yield forward(name, _convolution, inputs)
        yield backward(f"{name}, filter gradient", _convolution, inputs, ["kernel"], FILTER)
        yield backward(f"{name}, data gradient", _convolution, inputs, ["image"], DATA)


def transposed_convolutions(p):
    """2 × 2 with stride 2, the lowest and the highest of the expanding path.

    Forward it is a convolution's data gradient, and its data gradient a convolution.
    """
    for level in sorted({1, p.depth}):
        side, filters = p.size // 2**level, p.base_filters * 2**level
        inputs = {"image": (p.batch, side, side, filters), "kernel": (2, 2, filters // 2, filters)}
        name = "transposed convolution 2×2"
        yield forward(name, _transposed, inputs, DATA)
        yield backward(f"{name}, filter gradient", _transposed, inputs, ["kernel"], FILTER)
        yield backward(f"{name}, data gradient", _transposed, inputs, ["image"])


def poolings(p):
    """Max pooling backward: 2 × 2 windows side by side, and 3 × 3 ones that overlap."""
    image = {"image": (p.batch, p.size, p.size, p.base_filters)}
    for window in (2, 3):
        name = f"max pooling {window}×{window}/2, gradient"
        yield backward(name, _pooling(window), image, ["image"], POOLING)


def batch_norms(p):
    """Batch normalisation of single ops, as Keras does it, and by the framework's one op."""
    for level in (0, p.depth):
        side, filters = p.size // 2**level, p.base_filters * 2**level
        inputs = {
            "image": (p.batch, side, side, filters),
            "gamma": (filters,),
            "beta": (filters,),
        }
        for name, function in (("batch norm, stock", _stock), ("batch norm, fused", _fused)):
            yield forward(name, function, inputs)
            yield backward(f"{name}, gradient", function, inputs, list(inputs))


def samplers(p):
    """Bilinear sampling backward, the "spatial transformer": by the image and by the grid."""
    points = p.batch * p.size**2
    inputs = {"image": (p.size, p.size), "grid": lambda rng: _places(rng, (2, points), p.size)}
    own = {
        "image": (p.batch, p.base_filters, p.size, p.size),
        "grid": lambda rng: _places(rng, (p.batch, p.size, p.size, 2), 2) - 1,
    }
    for wrt in inputs:
        name = f"bilinear sampling, {wrt} gradient"
        yield backward(name, _sampling, inputs, [wrt], SAMPLER)
        yield backward(f"{name}, one op", _own_sampling, own, [wrt], SAMPLER)


def losses(p):
    """CTC loss forward and backward, and softmax cross-entropy backward."""
    length = max(2, p.size // 8)
    inputs = {
        "logits": (p.batch, p.size, _LETTERS + 1),
        "target": lambda rng: rng.integers(1, _LETTERS + 1, (p.batch, length)).astype("int32"),
    }
    yield forward("CTC loss", _ctc, inputs, CTC)
    yield backward("CTC loss, gradient", _ctc, inputs, ["logits"], CTC)
    shape = (p.batch, p.size, p.size)
    inputs = {
        "logits": (*shape, 4),
        "target": lambda rng: rng.integers(0, 4, shape).astype("int32"),
    }
    yield backward("softmax cross-entropy, gradient", _cross_entropy, inputs, ["logits"])


def _convolution(image, kernel):
    return ops.conv(image, kernel, padding="same", data_format="channels_last")


def _transposed(image, kernel):
    return ops.conv_transpose(image, kernel, strides=2, data_format="channels_last")


def _pooling(window):
    return lambda image: ops.max_pool(image, window, 2, "same", data_format="channels_last")


def _stock(image, gamma, beta):
    mean, variance = ops.moments(image, axes=(0, 1, 2))
    return ops.batch_normalization(image, mean, variance, -1, beta, gamma)


def _fused(image, gamma, beta):
    if frameworks.name() == "tensorflow":
        import tensorflow as tf

        return tf.compat.v1.nn.fused_batch_norm(image, gamma, beta, epsilon=1e-3)[0]
    if frameworks.name() == "torch":
        import torch

        image = image.permute(0, 3, 1, 2)
        return torch.nn.functional.batch_norm(image, None, None, gamma, beta, True, eps=1e-3)
    raise adapters.NotThere


def _sampling(image, grid):
    return ops.image.map_coordinates(image, grid, order=1, fill_mode="nearest")


def _own_sampling(image, grid):
    if frameworks.name() != "torch":
        raise adapters.NotThere
    import torch

    return torch.nn.functional.grid_sample(image, grid, align_corners=True)


def _places(rng, shape, size):
    return rng.uniform(0, size - 1 if size > 2 else size, shape).astype("float32")


def _ctc(logits, target):
    images, frames = logits.shape[:2]
    lengths = [np.full(images, n, "int32") for n in (target.shape[1], frames)]
    return ops.ctc_loss(target, logits, *(ops.convert_to_tensor(n) for n in lengths))


def _cross_entropy(logits, target):
    return ops.sparse_categorical_crossentropy(target, logits, from_logits=True)
