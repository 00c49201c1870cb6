"""A training on paper: what a step must hold at once and compute, counted layer by layer.

Counted for memory: weights, gradients and Adam's two moments, and every tensor that the forward
pass leaves for the backward pass. Left out: the framework's own memory and the scratch space of
its kernels.
"""

from dataclasses import dataclass

_BYTES = 4  # float32


@dataclass(frozen=True)
class Footprint:
    """Counts of numbers, each 4 bytes."""

    trainable: int
    averages: int
    activations: int

    @property
    def mib(self):
        """MiB of a training step at its most: weights, gradients, two moments, activations twice.

        The gradients of activations are freed as the backward pass goes; a second copy of all
        activations is the most that they can be.
        """
        numbers = 4 * self.trainable + self.averages + 2 * self.activations
        return numbers * _BYTES / 2**20


def unet(protocol):
    """Footprint of the protocol's U-Net and mini-batch.

    Source of the layers: ``helpers.learning.unet.build``.
    """
    p, channels, trainable, averages, activations = protocol, len(protocol.phases), 0, 0, 0
    for level, inputs, filters in _pairs(p, channels):
        pixels = p.batch * (p.size // 2**level) ** 2
        trainable += 9 * filters * (inputs + filters) + _norm(p, filters)[0]
        averages += _norm(p, filters)[1]
        activations += 2 * pixels * filters * (2 if p.batch_norm == "none" else 3)
    for level in range(p.depth):
        filters, pixels = p.base_filters * 2**level, p.batch * (p.size // 2**level) ** 2
        trainable += 4 * 2 * filters * filters + filters
        activations += pixels * filters // 4 + 3 * pixels * filters
    activations += p.batch * p.size**2 * (channels + 2)
    return Footprint(trainable + p.base_filters + 1, averages, activations)


def operations(protocol):
    """Floating-point operations of a training step for one slice: its convolutions alone.

    A multiplication and an addition are two. The backward pass takes twice the forward one: one
    convolution for the kernel's gradient and one for the input's, as big each.
    """
    p, forward = protocol, 0
    for level, inputs, filters in _pairs(p, len(p.phases)):
        forward += 9 * filters * (inputs + filters) * (p.size // 2**level) ** 2
    for level in range(p.depth):
        filters = p.base_filters * 2**level
        forward += 4 * 2 * filters * filters * (p.size // 2 ** (level + 1)) ** 2
    return 3 * 2 * (forward + p.base_filters * p.size**2)


def _pairs(protocol, channels):
    """(level, input channels, filters) of each pair of 3 × 3 convolutions."""
    for level in range(protocol.depth + 1):
        filters = protocol.base_filters * 2**level
        yield level, filters // 2 if level else channels, filters
    for level in range(protocol.depth):
        filters = protocol.base_filters * 2**level
        yield level, 2 * filters, filters


def _norm(protocol, filters):
    """(trainable, averages) beside the kernels of two convolutions: batch norm's, or biases."""
    return (2 * filters, 0) if protocol.batch_norm == "none" else (4 * filters, 4 * filters)
