"""What the engine itself costs: a cell that does nothing, and a run with nothing left to do.

python benchmarks/training_engine.py       draws the cost of 10 to 2,000 cells into docs/
"""

import contextlib
import io
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CELLS, WORKERS, TARGET_MS = 200, 2, 50
MANY = (10, 30, 100, 300, 1000, 2000)


def nothing(cell, limit):
    """The record of a cell that trains nothing."""
    return vars(cell) | {"dsc_percent": {"P0": 90.0}, "weights_sha256": "0" * 64}


def main(rounds, _):
    """Print both; returns whether a target is missed."""
    costs = [1000 * WORKERS * _seconds(CELLS) / CELLS for _ in range(rounds or 3)]
    spread = f"{statistics.median(costs):.1f} ms ({min(costs):.1f} to {max(costs):.1f})"
    print(f"\na cell that does nothing takes {spread} of a worker (target below {TARGET_MS})")
    sys.stdout.flush()
    command = [sys.executable, "-m", "tests.faults.f12_resume"]
    late = subprocess.run(command, cwd=Path(__file__).parent.parent).returncode
    return statistics.median(costs) >= TARGET_MS or bool(late)


def _seconds(count):
    """Seconds of so many cells that do nothing, with what a run shows; the start left out."""
    from helpers.study import engine
    from helpers.study.cell_claims import Claims
    from helpers.study.ledger import Ledger
    from helpers.study.missing_cells import Cell
    from helpers.study.progress import Progress
    from helpers.study.queue import Queue

    cells = [Cell("control", repetition, 0) for repetition in range(count + WORKERS)]
    with (
        tempfile.TemporaryDirectory() as folder,
        engine.local([{}] * WORKERS) as client,
        Claims(folder) as claims,
        contextlib.redirect_stderr(io.StringIO()),
        Progress(Ledger(folder), cells, cells) as shown,
    ):
        came = engine.results(client, Queue(Ledger(folder), claims, cells), nothing)
        for _ in range(WORKERS):
            next(came)
        started = time.perf_counter()
        done = 0
        for cell, record in came:
            shown.update(cell, record)
            done += record is not None
        seconds = time.perf_counter() - started
    if done != count:
        sys.exit(f"{count - done} of {count} cells were not done, so their cost is unknown.")
    return seconds


def draw(path):
    """Measure the cost of ``MANY`` cells, print it with its exponent, and draw it."""
    import matplotlib.pyplot as plt
    import numpy as np

    seconds = [min(_seconds(count) for _ in range(3)) for count in MANY]
    exponent = np.polyfit(np.log(MANY), np.log(seconds), 1)[0]
    for count, s in zip(MANY, seconds, strict=True):
        print(f"{count:5} cells: {s:7.3f} s, {1000 * WORKERS * s / count:.1f} ms of a worker each")
    figure, ax = plt.subplots(figsize=(6, 4), layout="constrained")
    ax.loglog(MANY, seconds, "o", color="C0", label="measured, best of three")
    line = seconds[-1] / MANY[-1] * np.array(MANY)
    ax.loglog(MANY, line, color="0.6", label="in proportion to the last")
    ax.set(xlabel="cells that do nothing", ylabel="seconds of the engine")
    ax.set_title(f"The engine's cost grows as cells to the power {exponent:.2f}")
    ax.legend()
    figure.savefig(path, dpi=120)


if __name__ == "__main__":
    draw(Path(__file__).parent.parent / "docs" / "engine_cost.png")
