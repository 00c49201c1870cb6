"""One training step of PAPER under the cap: does it fit, what does it hold, how fast is it?

The share is that of what this machine itself reaches in a product of matrices in float32 without
TF32, in the same process; the operations are the convolutions' alone (``footprint.operations``).
"""

import re
import time

import numpy as np

from helpers.learning import footprint, frameworks, memory, switches, unet
from helpers.learning.quiet_keras import ops
from helpers.nondeterminism.probes import adapters

_SIDES = {"GPU": 8192, "CPU": 1024}  # of the matrices
_STEPS = 50  # at most; the first, which makes the graph, is not counted


def measure(protocol, seconds=10):
    """Train some steps as a user would, for so many seconds and one step at least: dict.

    returns : fits, the peak in MB (of the GPU; None without) and of the process, the cap and the
              sum on paper in MiB, milliseconds a slice, TFLOPS, those of the product and the share;
              without speed, and with what the framework said, where the memory did not suffice
    """
    switches.apply(switches.wanted(False, protocol))
    memory.forget_peaks()
    row = {"device": adapters.device(), "cap_mib": memory.CAP_MIB, "batch": protocol.batch}
    row["on_paper_mib"] = round(footprint.unet(protocol).mib, 1)
    try:
        step = _step_seconds(protocol, seconds)
    except Exception as error:  # each framework has an error of its own for it
        if not _is_memory(error):
            raise
        return row | {"fits": False, "said": " ".join(str(error).split())[:200]}
    peaks = memory.peaks_mb()
    rate = footprint.operations(protocol) * protocol.batch / step / 1e12
    product = _product_tflops(_SIDES[row["device"]])
    return row | {
        "fits": True,
        "gpu_peak_mb": peaks["gpu"],
        "process_peak_mb": peaks["process"],
        "ms_a_slice": 1000 * step / protocol.batch,
        "tflops": rate,
        "product_tflops": product,
        "share": rate / product,
    }


def _step_seconds(p, seconds):
    """The median time of a step."""
    rng, shape = np.random.default_rng(0), (p.batch, p.size, p.size)
    images = rng.standard_normal((*shape, len(p.phases)), "float32")
    masks = (rng.random((*shape, 1)) > 0.5).astype("float32")
    model = unet.of(p, images.shape[1:])
    unet.compile_for_dsc(model, p, frameworks.xla())
    times = [_timed(lambda: model.train_on_batch(images, masks))]
    while len(times) == 1 or (sum(times[1:]) < seconds and len(times) <= _STEPS):
        times.append(_timed(lambda: model.train_on_batch(images, masks)))
    return float(np.median(times[1:]))


def _product_tflops(side):
    """What a product of square matrices reaches, the best of five: 2 · side³ operations."""
    rng = np.random.default_rng(0)
    one, other = (ops.convert_to_tensor(rng.random((side, side), "float32")) for _ in range(2))
    compute = adapters.compiled(lambda a, b: [ops.matmul(a, b)])

    def _once():
        return ops.convert_to_numpy(compute(one, other)[0][0, :1])  # waits until it is there

    _once()
    return 2 * side**3 / min(_timed(_once) for _ in range(5)) / 1e12


def _timed(function):
    started = time.perf_counter()
    function()
    return time.perf_counter() - started


def _is_memory(error):
    said = f"{type(error).__name__} {error}".lower()
    return re.search(r"out ?of ?memory|resource_?exhausted|\boom\b", said) is not None
