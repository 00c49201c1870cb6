"""The arms of a survey: whole repetitions of a study, as many as fit into the time that is left."""

from helpers.learning.arms import ARMS
from helpers.study import runner
from helpers.study.ledger import Ledger

_FIRST = ("control", "default")  # without them there is nothing to compare
ORDER = (*_FIRST, "seeds", *(name for name in ARMS if name not in (*_FIRST, "seeds")))


def train(protocol, folder, clock):
    """Do repetitions of all arms until no more fits; the first of ``_FIRST`` in any case.

    clock : Clock
    """
    while True:
        names, repetitions = _next(protocol, Ledger(folder), clock)
        if not names:
            return
        runner.run(protocol, list(names), folder, repetitions)


def whole(protocol, records):
    """How many whole repetitions each arm has: dict of arm → int."""
    done = {}
    for record in records:
        key = record["arm"], record["repetition"]
        done[key] = done.get(key, 0) + 1
    counts = dict.fromkeys(ORDER, 0)
    for (arm, _), folds in done.items():
        counts[arm] = counts.get(arm, 0) + (folds == protocol.folds)
    return counts


def _next(protocol, ledger, clock):
    """(arms, repetitions) to ask for next; no arms when nothing more fits."""
    records = ledger.records()
    counts = whole(protocol, records)
    if not all(counts[name] for name in _FIRST):
        return _FIRST, 1
    each = sum(r["seconds"] for r in records) / sum(counts.values())  # of a repetition of an arm
    lacking = [name for name in ORDER if counts[name] < max(counts.values())]
    if lacking:
        level = max(counts.values())
        needed = each * sum(level - counts[name] for name in lacking)
        return (lacking if needed < clock.left() else (), level)
    more = max(0, int(clock.left() / (each * len(ORDER))))
    return (ORDER if more else (), counts["control"] + more)
