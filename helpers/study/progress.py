"""Progress as text: a plain line that needs no JavaScript."""

import statistics
import sys
import time

from helpers.plain import plain

_PAUSE_S = 10


def bar(total, unit, desc="", done=0):
    """A text bar, on stdout in a notebook (stderr is an error's colour there), else on stderr."""
    from tqdm import tqdm

    return tqdm(total=total, initial=done, unit=unit, desc=desc, ascii=True, file=_stream())


def tell(sentence):
    """Write a line above the bars that are shown."""
    from tqdm import tqdm

    tqdm.write(plain(sentence), file=_stream())


def _stream():
    return sys.stdout if _in_notebook() else sys.stderr


def _in_notebook():
    ipython = sys.modules.get("IPython")
    return ipython is not None and hasattr(ipython.get_ipython(), "kernel")


class Progress:
    """A run's line: trainings done and left, time left, how many an hour, failures, median by arm.

    A context manager; ledger : Ledger; wanted, left : lists of Cell
    """

    def __init__(self, ledger, wanted, left):
        """Read what is done; see the class."""
        self._ledger, self._all = ledger, len(wanted)
        self._undone, self._failed = set(left), set()
        self._dsc = {cell.arm: [] for cell in wanted}
        for record in ledger.records():
            self._dsc.setdefault(record["arm"], []).extend(record["dsc_percent"].values())

    def __enter__(self):
        """Show the line."""
        self._bar = bar(self._all, "training", done=self._all - len(self._undone))
        self._bar.bar_format = (
            "{n_fmt}/{total_fmt} trainings |{bar:12}| {elapsed}<{remaining}{postfix}"
        )
        self._started, self._finished = time.monotonic(), 0
        self._next = self._started + _PAUSE_S
        return self

    def __exit__(self, *_):
        """Leave the last line standing."""
        self._look()
        self._show()
        self._bar.close()

    def update(self, cell, record):
        """A cell has its record, or None when it failed."""
        if record is None:
            self._failed.add(cell)
        else:
            self._dsc[cell.arm] += record["dsc_percent"].values()
            self._failed.discard(cell)
            self._undone.discard(cell)
            self._finished += 1
        if time.monotonic() > self._next:
            self._look()
        self._show()

    def _look(self):
        """Count what another runner has done, too; now and then, since it asks the disk."""
        self._undone = {c for c in self._undone if not self._ledger.holds(c)}
        self._next = time.monotonic() + _PAUSE_S

    def _show(self):
        self._bar.n = self._all - len(self._undone)
        self._bar.set_postfix_str(plain(self._words()))

    def _words(self):
        hours = (time.monotonic() - self._started) / 3600
        words = [f"{len(self._undone)} left", f"{self._finished / max(hours, 1e-9):.0f} an hour"]
        if self._failed:
            words.append(f"{len(self._failed)} failed: {min(map(str, self._failed))}")
        medians = [f"{arm} {statistics.median(d):.2f} %" for arm, d in self._dsc.items() if d]
        return ", ".join([*words, *medians])
