"""F13: 300 cells in one worker of the engine. python -m tests.faults.f13_memory [N]"""

import sys
import tempfile
from dataclasses import replace

from helpers.protocol import SMOKE
from helpers.study import runner
from tests.faults.common import verdict

TINY = replace(SMOKE, size=32, spacing=10.625, epochs=2, batch=4)
WARM = 10  # cells until everything has been compiled once


def main(cells=300):
    """What the worker held at the most in the first cells and in all later ones, MB."""
    repetitions = (cells + WARM) // TINY.folds
    with tempfile.TemporaryDirectory() as folder:
        ledger = runner.run(TINY, ["control"], folder, repetitions=repetitions, workers=1)
        held = [record["peak_memory_mb"]["process"] for record in ledger.records()]
    growth = max(held[WARM:]) - max(held[:WARM])
    verdict(
        "F13 memory",
        cells=cells,
        warm_mb=round(max(held[:WARM])),
        growth_mb=round(growth, 1),
        bad_over_50_mb=int(growth >= 50),
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
