"""F13: 300 cells in one worker. python -m tests.faults.f13_memory [N]"""

import sys
from dataclasses import replace

import numpy as np
import psutil

from helpers.learning import cell
from helpers.learning.arms import ARMS
from helpers.protocol import SMOKE
from tests.faults.common import verdict
from tests.learning.conftest import disc_patient

TINY = replace(SMOKE, size=32, epochs=2, batch=4)
WARM = 10  # cells until everything has been compiled once


def main(cells=300):
    """Memory of this process after the first cells and after all of them, in MB."""
    rng = np.random.default_rng(7)
    cohort = [disc_patient(f"P{i}", rng, TINY.size) for i in range(TINY.patients)]
    process, held = psutil.Process(), []
    for number in range(cells + WARM):
        cell.train(TINY, ARMS["control"], number // 2, number % 2, cohort)
        held.append(process.memory_info().rss / 1e6)
    growth = held[-1] - held[WARM - 1]
    verdict(
        "F13 memory",
        cells=cells,
        start_mb=round(held[WARM - 1]),
        growth_mb=round(growth, 1),
        bad_over_50_mb=int(growth >= 50),
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
