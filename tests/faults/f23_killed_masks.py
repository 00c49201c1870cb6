"""F23: kill -9 at random points as masks and record are written.

python -m tests.faults.f23_killed_masks [N]
"""

import random
import sys
import tempfile

from helpers.study import kept_masks
from helpers.study.ledger import Ledger
from tests.faults.common import killed_writers, verdict

WRITER = """
import sys
from helpers.study.ledger import Ledger
from helpers.study.missing_cells import Cell
from tests.study.test_kept_masks import with_masks
ledger, first = Ledger(sys.argv[1]), int(sys.argv[2])
made = {n: with_masks(Cell("control", n // 100, n % 100))[:2] for n in range(first, first + 60)}
print("begin", flush=True)
for n, (record, masks) in made.items():
    ledger.write(record, masks)
    print(n, flush=True)
"""


def main(rounds=200):
    """Count records without their masks, acknowledged ones that are lost, and torn masks."""
    with tempfile.TemporaryDirectory() as name:
        acknowledged = killed_writers(WRITER, name, random.Random(23), rounds, 0.2)
        ledger = Ledger(name)
        whole = {r["repetition"] * 100 + r["fold"]: _is_whole(ledger, r) for r in ledger.records()}
        torn = sum(not kept_masks.sound(path) for path in ledger.folder.rglob("*.masks"))
    verdict(
        "F23 killed masks",
        rounds=rounds,
        acknowledged=len(acknowledged),
        bad_records_without_masks=sum(not one for one in whole.values()),
        bad_lost=len(acknowledged - whole.keys()),
        bad_torn_masks=torn,
        bad_nothing_acknowledged=int(not acknowledged),
    )


def _is_whole(ledger, record):
    return kept_masks.keeps(record) and kept_masks.are_whole(ledger.folder, record)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
