"""Milliseconds a slice of a training step: our compiled loop, Keras' fit, PyTorch, MONAI.

Each side runs as one process with two threads and as two with one thread each, side by side; its
better way counts. All are kept warm and take turns.
"""

import itertools
import statistics
import sys
import time
from dataclasses import replace
from pathlib import Path

from sides import STEPS, Side, torch_python

from helpers.learning import footprint
from helpers.protocol import STUDY

TARGET = 0.9  # of PyTorch's time
SMALL = replace(STUDY, size=64, depth=3, base_filters=8, batch=16)
LARGE = replace(STUDY, size=128, depth=4, base_filters=16, batch=8)
CASES = [replace(p, batch_norm=norm) for p in (SMALL, LARGE) for norm in ("fused", "none")]
MODES = {"one of 2 threads": (2, 1), "two of 1 thread": (1, 2)}
HERE, KERAS, TORCH = Path(__file__).parent, "keras_unet.py", "torch_unet.py"
KINDS = {
    "ours": (KERAS, "compiled"),
    "keras fit": (KERAS, "fit"),
    "pytorch": (TORCH, "torch"),
    "monai": (TORCH, "monai"),
}


def main(rounds, numbers):
    """Print a table a case; returns whether the target is missed in one."""
    cases = CASES if numbers is None else [CASES[n] for n in numbers]
    missed = [_case(protocol, rounds or 5) for protocol in cases]
    return any(missed)


def _case(protocol, rounds):
    p = protocol
    operations = footprint.operations(p)
    norm = "without" if p.batch_norm == "none" else "with"
    print(f"\n{p.size} × {p.size}, depth {p.depth}, base {p.base_filters},", end=" ")
    print(f"batch {p.batch}, {norm} batch norm", flush=True)
    started, sides = time.perf_counter(), _sides(p)
    print(f"all warm after {time.perf_counter() - started:.0f} s", flush=True)
    rate = max(side.rate() for side in sides.values())
    seen = [{k: s.ms_a_slice(STEPS, p.batch) for k, s in sides.items()} for _ in range(rounds)]
    for side in sides.values():
        side.end()
    print(f"convolutions, forward and twice back: {operations / 1e9:.3f} GFLOP a slice;", end=" ")
    print(f"this machine's matrix product: {rate / 1e9:.0f} GFLOP/s")
    for name in KINDS:
        _tell(name, sides[name, next(iter(MODES))], seen, operations, rate)
    return _compare(seen)


def _sides(p):
    """Warm processes by (side, mode).

    Keras' start together; PyTorch's one after another, for its threads spin when cores are short.
    """
    norm = "none" if p.batch_norm == "none" else "batch"
    words = [p.size, p.depth, p.base_filters, p.batch, norm]
    pythons, sides = {KERAS: sys.executable, TORCH: torch_python()}, {}
    for (name, (script, kind)), mode in itertools.product(KINDS.items(), MODES):
        command = [pythons[script], HERE / script, kind, *words]
        sides[name, mode] = Side(command, *MODES[mode])
        if script == TORCH:
            _wait(sides)
    return sides


def _wait(sides):
    for side in sides.values():
        side.ready()


def _tell(name, side, seen, operations, rate):
    """A side's row; operations : of our network, for the sides that do not count theirs."""
    print(f"  {name:10} {side.parameters:>9,} parameters", end="")
    for mode in MODES:
        print(f"   {mode}: {_spread([r[name, mode] for r in seen])} ms", end="")
    counted = side.operations or operations
    share = 1000 * counted / rate / _best(name, seen)[1]
    print(f"   {counted / 1e9:.3f} GFLOP, {share:.0%} of the product", flush=True)


def _compare(seen):
    ours, missed = _best("ours", seen)[0], False
    for name in ("keras fit", "pytorch", "monai"):
        theirs = _best(name, seen)[0]
        ratios = [r["ours", ours] / r[name, theirs] for r in seen]
        target = f" (target at most {TARGET})" if name == "pytorch" else ""
        print(f"  ours / {name}: {_spread(ratios)}{target}", flush=True)
        missed |= name == "pytorch" and statistics.median(ratios) > TARGET
    return missed


def _best(name, seen):
    """(mode, median ms a slice) of a side's better way."""
    medians = {mode: statistics.median(r[name, mode] for r in seen) for mode in MODES}
    return min(medians.items(), key=lambda item: item[1])


def _spread(values):
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"
