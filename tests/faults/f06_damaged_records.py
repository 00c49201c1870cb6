"""F6: records cut, bit-flipped, emptied, of another format.

python -m tests.faults.f06_damaged_records [N]
"""

import random
import sys
import tempfile

from helpers.study.ledger import Ledger
from helpers.study.missing_cells import Cell, missing
from tests.faults.common import verdict
from tests.study.test_ledger import _mutated, record

CELL = Cell("control", 0, 0)


def main(mutations=5000):
    """Count damaged records that are believed, and refused ones whose cell is not run again."""
    rng, refused, believed, forgotten = random.Random(6), 0, 0, 0
    with tempfile.TemporaryDirectory() as name:
        ledger = Ledger(name)
        path = ledger.write(record(seconds=1.5))
        content = path.read_bytes()
        for _ in range(mutations):
            path.write_bytes(_mutated(content, rng))
            found = ledger.read("control", 0, 0)
            refused += found is None
            believed += found not in (None, record(seconds=1.5))
            forgotten += found is None and missing(ledger, [CELL]) != [CELL]
    verdict(
        "F6 damaged records",
        mutations=mutations,
        refused=refused,
        only_white_space_changed=mutations - refused - believed,
        bad_believed=believed,
        bad_not_run_again=forgotten,
        bad_hardly_any_refused=int(refused < 0.9 * mutations),
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
