"""The cells that a runner still has to do: claimed one by one, tried three times at most."""

import contextlib
import json
from collections import Counter, deque
from pathlib import Path

from helpers import atomic, reading
from helpers.study import kept_masks, locks
from helpers.study.missing_cells import missing

TRIES = 3


class Queue:
    """Cells without a record, in their order; failures go to its end.

    ledger : Ledger; claims : Claims of this runner, entered; cells : list of Cell
    """

    def __init__(self, ledger, claims, cells):
        """Start with all cells; see the class. InputError where the failures' folder is a link."""
        locks.refuse_link(ledger.folder / "failures")
        self.ledger, self._claims = ledger, claims
        self._left, self._tries = deque(cells), Counter()
        self.failed = {}

    def __len__(self):
        """How many cells are neither in work here, nor done, nor given up."""
        return len(self._left)

    def take(self):
        """The next cell that nobody else does, claimed; None when there is none at present."""
        for _ in range(len(self._left)):
            cell = self._left.popleft()
            if not self._claims.take(cell):
                self._left.append(cell)
            elif missing(self.ledger, [cell]):
                return cell
            else:
                self._claims.release(cell)
        return None

    def refresh(self):
        """Forget the cells that others have done; free those whose runners have died."""
        self._claims.sweep()
        self._left = deque(missing(self.ledger, self._left))

    def done(self, cell, record):
        """Keep the record of a cell, and the masks that it carries, if any."""
        self.ledger.write(record, record.pop(kept_masks.CARRIED, None))
        _failure_file(self.ledger.folder, cell).unlink(missing_ok=True)
        self._claims.release(cell)

    def give_back(self, cell):
        """Put a cell back that nobody has tried."""
        self._claims.release(cell)
        self._left.appendleft(cell)

    def fail(self, cell, reason, tries=1):
        """Note why a cell has no record; it is tried again unless it was ``TRIES`` times."""
        self._tries[cell] += tries
        content = {"cell": str(cell), "tries": self._tries[cell], "reason": reason}
        atomic.write_bytes(
            _failure_file(self.ledger.folder, cell), json.dumps(content, indent=1).encode()
        )
        self._claims.release(cell)
        if self._tries[cell] < TRIES:
            self._left.append(cell)
        else:
            self.failed[cell] = reason


def failures(folder):
    """What went wrong in a study and has not come right since: list of dicts, by cell."""
    found = []
    for path in sorted((Path(folder) / "failures").glob("*.json")):
        with contextlib.suppress(OSError, ValueError):
            found.append(reading.parsed(reading.content(path)))
    return [f for f in found if isinstance(f, dict) and {"cell", "tries", "reason"} <= f.keys()]


def _failure_file(folder, cell):
    return folder / "failures" / f"{cell.file_name}.json"
