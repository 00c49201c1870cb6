"""What the engine itself costs: a cell that does nothing, and a run with nothing left to do."""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CELLS, WORKERS, TARGET_MS = 200, 2, 50


def nothing(cell, limit):
    """The record of a cell that trains nothing."""
    return vars(cell) | {"dsc_percent": {"P0": 90.0}, "weights_sha256": "0" * 64}


def main(rounds, _):
    """Print both; returns whether a target is missed."""
    costs = [_milliseconds() for _ in range(rounds or 3)]
    spread = f"{statistics.median(costs):.1f} ms ({min(costs):.1f} to {max(costs):.1f})"
    print(f"\na cell that does nothing takes {spread} of a worker (target below {TARGET_MS})")
    sys.stdout.flush()
    command = [sys.executable, "-m", "tests.faults.f12_resume"]
    late = subprocess.run(command, cwd=Path(__file__).parent.parent).returncode
    return statistics.median(costs) >= TARGET_MS or bool(late)


def _milliseconds():
    """Milliseconds that a worker loses for each cell, the engine's start left out."""
    from helpers.study import engine
    from helpers.study.cells import Cell
    from helpers.study.claims import Claims
    from helpers.study.ledger import Ledger
    from helpers.study.queue import Queue

    cells = [Cell("control", repetition, 0) for repetition in range(CELLS)]
    with (
        tempfile.TemporaryDirectory() as folder,
        engine.local([{}] * WORKERS) as client,
        Claims(folder) as claims,
    ):
        came = engine.results(client, Queue(Ledger(folder), claims, cells), nothing)
        for _ in range(WORKERS):
            next(came)
        started = time.perf_counter()
        rest = sum(record is not None for _, record in came)
        seconds = time.perf_counter() - started
    return 1000 * seconds * WORKERS / rest
