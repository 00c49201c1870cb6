"""F5: two runners on one folder, masks kept. python -m tests.faults.f05_two_runners [N]"""

import sys
import tempfile
from pathlib import Path

from helpers.protocol import SMOKE
from helpers.study.ledger import Ledger
from tests.faults.common import masks_of, start, verdict

CELLS = SMOKE.repetitions * SMOKE.folds


def main(rounds=3):
    """Count cells that were done twice or not at all, and runners that did not end well."""
    twice = lacking = maskless = wrong = 0
    with tempfile.TemporaryDirectory() as name:
        for number in range(rounds):
            folder = Path(name) / str(number)
            words = "--arm", "control", "--workers", "1", "--keep-masks"
            runners = [start(folder, *words) for _ in range(2)]
            wrong += sum(runner.wait() != 0 for runner in runners)
            ledger = Ledger(folder)
            lacking += CELLS - len(ledger.records())
            maskless += CELLS - len(list(filter(None, masks_of(folder))))
            twice += len(ledger.duplicates())
    verdict(
        "F5 two runners",
        rounds=rounds,
        cells=rounds * CELLS,
        bad_done_twice=twice,
        bad_lacking=lacking,
        bad_without_masks=maskless,
        bad_exit_codes=wrong,
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
