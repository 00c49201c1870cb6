"""F1: kill -9 at random points of a record's write. python -m tests.faults.f01_killed_writes [N]"""

import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from helpers.study.ledger import Ledger
from tests.faults.common import verdict

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
    rng, acknowledged, first = random.Random(1), {}, 0
    with tempfile.TemporaryDirectory() as name:
        for _ in range(rounds):
            command = [sys.executable, "-c", WRITER, name, str(first)]
            writer = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
            writer.stdout.readline()
            time.sleep(rng.uniform(0, 0.03))
            writer.kill()
            said = [int(line) for line in writer.stdout.read().split()]
            writer.wait()
            acknowledged |= {n: n / 7 for n in said}
            first = max([first, *said]) + 2
        ledger = Ledger(name)
        visible = len(list(Path(name).glob("control/*/[0-9]*.json")))
        read = {r["repetition"] * 100 + r["fold"]: r["dsc_percent"]["P"] for r in ledger.records()}
        lost = sum(read.get(n) != value for n, value in acknowledged.items())
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
