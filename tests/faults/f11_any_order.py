"""F11: the cells in any order, by 1 or 2 workers. python -m tests.faults.f11_any_order [N]"""

import random
import sys
import tempfile
from pathlib import Path
from unittest import mock

from helpers.protocol import SMOKE
from helpers.study import runner
from tests.faults.common import table_bytes, verdict


def _shuffled(rng):
    real = runner.missing

    def shuffled(ledger, wanted):
        left = real(ledger, wanted)
        return rng.sample(left, len(left))

    return mock.patch.object(runner, "missing", shuffled)


def main(orders=3):
    """Count tables of the control arm that differ from the first."""
    tables = []
    with tempfile.TemporaryDirectory() as name:
        for number in range(orders):
            for workers in (1, 2):
                folder = Path(name) / f"{number}-{workers}"
                with _shuffled(random.Random(number)):
                    runner.run(SMOKE, ["control"], folder, workers=workers)
                tables.append(table_bytes(folder))
    unequal = sum(table != tables[0] for table in tables)
    verdict("F11 any order", runs=len(tables), bad_unequal_tables=unequal)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
