"""A few steps of a training, to know what a cell will take on this machine."""

import itertools
import math
import statistics
import time
from dataclasses import dataclass, replace

import numpy as np

from helpers.learning import frameworks, loops, memory, switches, unet
from helpers.learning.watch import Clock

_STEPS = 8  # the first of them, which makes the graph, is not counted


@dataclass(frozen=True)
class Trial:
    """Seconds of a training step and of a slice's segmentation, and the most memory in MB."""

    step_s: float
    slice_s: float
    peaks_mb: dict

    def cell_s(self, protocol, slices):
        """Seconds of a cell, without its start: training, and segmenting the held-out slices.

        slices : labelled slices of the whole cohort
        """
        held_out = slices / protocol.folds
        whole = math.floor if protocol.last_batch == "dropped" else math.ceil
        steps = whole((slices - held_out) / protocol.slice_step / protocol.batch)
        looks = 1 + (protocol.epochs // protocol.judge_every if protocol.judge_every else 0)
        return protocol.epochs * steps * self.step_s + looks * held_out * self.slice_s


def run(protocol, cohort):
    """Train a few steps under control's switches, in this process: Trial.

    cohort : list of Prepared, of which the first are trained on
    raises : InputError when this process already runs under other switches
    """
    switches.apply(switches.wanted(True, protocol))
    memory.forget_peaks()
    some = _first(cohort, _STEPS * protocol.batch)
    model = unet.of(protocol, cohort[0].images.shape[1:])
    unet.compile_for_dsc(model, protocol, frameworks.xla())
    clock = Clock(_STEPS + 1)
    some_steps = replace(protocol, epochs=_STEPS, slice_step=1)
    loops.run(model, some_steps, some, np.arange, [clock])
    slice_s = _segmenting(model, some[0].images[: protocol.batch])
    return Trial(statistics.median(np.diff(clock.times)), slice_s, memory.peaks_mb())


def _first(cohort, slices):
    """The first patients that have so many labelled slices together, or all."""
    counts = itertools.accumulate(int(p.labelled.sum()) for p in cohort)
    enough = next((n for n, count in enumerate(counts, 1) if count >= slices), len(cohort))
    return cohort[:enough]


def _segmenting(model, images):
    """Seconds a slice, the second time."""
    model.predict_on_batch(images)
    started = time.perf_counter()
    model.predict_on_batch(images)
    return (time.perf_counter() - started) / len(images)
