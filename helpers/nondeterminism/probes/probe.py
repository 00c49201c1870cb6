"""A probe: one op in the network's own shapes, computed again and again on the same input.

A run that differs in one bit from the first counts as another result. Differences are relative
to the largest magnitude of the output they are in, so that a number near zero does not blow one up.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from helpers.learning import weights
from helpers.learning.quiet_keras import ops
from helpers.nondeterminism.probes import adapters


@dataclass(frozen=True)
class Probe:
    """What is computed again and again.

    shape   : sizes of the inputs, as text
    prepare : function seed → (function of nothing → list of tensors, their names)
    cudnn   : cuDNN's documented non-deterministic routine that does this op on a GPU, or ""
    """

    name: str
    shape: str
    prepare: Callable
    cudnn: str = ""


def forward(name, function, inputs, cudnn=""):
    """A probe of a function's output.

    function : tensors → tensor
    inputs   : dict of name → shape, filled with standard normal numbers, or function rng → array
    """

    def _prepare(seed):
        tensors = _draw(inputs, np.random.default_rng(seed))
        compute = adapters.compiled(lambda *given: [function(*given)])
        return lambda: compute(*tensors), ["output"]

    return Probe(name, _text(inputs), _prepare, cudnn)


def backward(name, function, inputs, wrt, cudnn=""):
    """A probe of the gradient of Σ output · (fixed random numbers).

    function, inputs : as in ``forward``
    wrt              : names of the inputs that the gradient is taken for
    """

    def _prepare(seed):
        rng = np.random.default_rng(seed)
        tensors = _draw(inputs, rng)
        shape = adapters.compiled(lambda *given: [function(*given)])(*tensors)[0].shape
        weights = ops.convert_to_tensor(rng.standard_normal(tuple(shape), "float32"))
        compute = adapters.gradient(function, [list(inputs).index(n) for n in wrt])
        return lambda: compute(tensors, weights), list(wrt)

    return Probe(name, _text(inputs), _prepare, cudnn)


def run(probe, runs=20, seed=0):
    """Compute a probe so many times, its input drawn by ``seed``: one row of the table.

    returns : dict of probe, shape, runs, distinct, largest_relative_difference, where, seconds
              (median of a run) and cudnn; ``distinct`` is None and ``where`` says why when the
              framework lacks the op ("not there") or refuses it ("refused: …")
    """
    row = {"probe": probe.name, "shape": probe.shape, "runs": runs, "cudnn": probe.cudnn}
    nothing = {"distinct": None, "largest_relative_difference": None, "seconds": None}
    try:
        return row | _repeated(*probe.prepare(seed), runs)
    except adapters.NotThere:
        return row | nothing | {"where": "not there"}
    except adapters.refusals() as error:
        return row | nothing | {"where": f"refused: {' '.join(str(error).split())[:100]}"}


def difference(first, other, names):
    """The largest relative difference of two lists of arrays, and where it is, as text."""
    largest, where = 0.0, ""
    for name, a, b in zip(names, first, other, strict=True):
        apart = np.abs(a.astype("float64") - b)
        relative = float(apart.max() / (np.abs(a).max() or 1)) if a.size else 0.0
        if relative > largest:
            place = ", ".join(str(i) for i in np.unravel_index(apart.argmax(), a.shape))
            largest, where = relative, f"{name}[{place}]"
    return largest, where


def _repeated(compute, names, runs):
    first, *others = (_timed(compute) for _ in range(runs))
    return _compared([first, *others], names)


def _compared(results, names):
    digests = [weights.digest(arrays) for arrays, _ in results]
    first = results[0][0]
    apart = [
        difference(first, arrays, names)
        for (arrays, _), sha256 in zip(results, digests, strict=True)
        if sha256 != digests[0]
    ]
    largest, where = max(apart, default=(0.0, ""))
    return {
        "distinct": len(set(digests)),
        "largest_relative_difference": largest,
        "where": where,
        "seconds": float(np.median([seconds for _, seconds in results])),
    }


def _timed(compute):
    started = time.perf_counter()
    arrays = [ops.convert_to_numpy(tensor) for tensor in compute()]
    return arrays, time.perf_counter() - started


def _draw(inputs, rng):
    return [
        ops.convert_to_tensor(
            given(rng) if callable(given) else rng.standard_normal(given, "float32")
        )
        for given in inputs.values()
    ]


def _text(inputs):
    shapes = [v for v in inputs.values() if not callable(v)]
    return ", ".join("×".join(str(n) for n in shape) for shape in shapes)
