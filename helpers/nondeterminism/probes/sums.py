"""Probes of sums: of a few large tensors, of many numbers, of numbers that meet in one place.

A sum of three or more tensors is where TensorFlow parts on a CPU. Its graph optimiser replaces an
AddN of known shape by additions into one variable, in the order in which the terms are ready, when
it reckons that the graph needs more than 80 % of the device's memory; a CPU device is said to have
256 MiB. Three terms have three such sums, which differ in the last bit. Stock batch norm has such
a sum in its gradient, fused batch norm has none; with one op at a time the order is always the
same. Source: tensorflow/core/grappler/optimizers/memory_optimizer.cc, SchedulingPass.
"""

import numpy as np

from helpers.learning import frameworks
from helpers.learning.quiet_keras import ops
from helpers.nondeterminism.probes import adapters
from helpers.nondeterminism.probes.probe import backward, forward

LARGE = 2**24  # float32 numbers in 64 MiB


def terms(p, large=LARGE):
    """Sums of 3 and 8 tensors, and gradients that come by 3 and 8 ways; as large as a layer's
    output, and ``large`` numbers over all terms of 8."""
    layer = p.batch * p.size**2 * p.base_filters
    for count in (3, 8):
        for numbers in (layer, large if count == 3 else large // 2):
            inputs = {"tensor": (numbers,)}
            yield forward(f"sum of {count} tensors", _sum_of(count), inputs)
            yield backward(f"gradient by {count} ways", _sum_of(count), inputs, ["tensor"])


def reductions(p, numbers=10**7):
    """Sum, mean and variance of very many numbers, and a bias's gradient, a sum over pixels."""
    inputs = {"tensor": (numbers,)}
    yield forward("large sum", ops.sum, inputs)
    yield forward("large mean", ops.mean, inputs)
    yield forward("large variance", ops.var, inputs)
    inputs = {"image": (p.batch, p.size, p.size, p.base_filters), "bias": (p.base_filters,)}
    yield backward("bias, gradient", ops.add, inputs, ["bias"])


def collisions(p):
    """Additions to a few places that many indices name: scatter, segments, a gather's gradient."""
    count, places = p.batch * p.size**2, 10
    rows = {
        "values": (count, p.base_filters),
        "indices": lambda rng: rng.integers(0, places, count).astype("int32"),
    }
    yield forward("scatter addition", lambda v, i: _scatter(v, i, places), rows)
    yield forward("segment sum", lambda v, i: ops.segment_sum(v, i, num_segments=places), rows)
    rows = {"table": (places, p.base_filters), "indices": rows["indices"]}
    yield backward("gather, gradient", lambda t, i: ops.take(t, i, axis=0), rows, ["table"])


def _sum_of(count):
    return lambda x: adapters.add([ops.tanh(x * (1 + n / count)) for n in range(count)])


def _scatter(values, indices, places):
    """values (n, k) added to the rows of zeros that indices (n,) name."""
    framework = frameworks.name()
    shape = (places, values.shape[1])
    if framework == "tensorflow":
        return ops.scatter(ops.expand_dims(indices, -1), values, shape)
    zeros = ops.convert_to_tensor(np.zeros(shape, "float32"))
    if framework == "torch":
        return zeros.index_add(0, indices, values)
    return zeros.at[indices].add(values)
