"""F1: kill -9 at random points of a record's write. python -m tests.faults.f01_killed_writes [N]"""

import random
import sys
import tempfile
from pathlib import Path

from helpers.study.ledger import Ledger
from tests.faults.common import killed_writers, verdict

WRITER = """
import sys
from helpers.study.ledger import Ledger
ledger, first = Ledger(sys.argv[1]), int(sys.argv[2])
print("begin", flush=True)
for n in range(first, first + 100_000):
    ledger.write({"arm": "control", "repetition": n // 100, "fold": n % 100,
                  "dsc_percent": {"P": n / 7}, "weights_sha256": str(n)})
    print(n, flush=True)
"""


def main(rounds=200):
    """Count corrupt visible records and acknowledged ones that are lost."""
    with tempfile.TemporaryDirectory() as name:
        acknowledged = killed_writers(WRITER, name, random.Random(1), rounds, 0.03)
        ledger = Ledger(name)
        visible = len(list(Path(name).glob("control/*/[0-9]*.json")))
        read = {r["repetition"] * 100 + r["fold"]: r["dsc_percent"]["P"] for r in ledger.records()}
        lost = sum(read.get(n) != n / 7 for n in acknowledged)
    verdict(
        "F1 killed writes",
        rounds=rounds,
        acknowledged=len(acknowledged),
        bad_corrupt=visible - len(read),
        bad_lost=lost,
        bad_nothing_acknowledged=int(not acknowledged),
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
