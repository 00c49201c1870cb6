"""Cells that misbehave, for the engine: what worker processes run in its tests."""

import os
import time
from unittest import mock

from helpers.study.engine import Unfit


def train(cell, limit, folder=None):
    """A record, or what repetition 1 does: break, lack memory, hang, die, or die once."""
    from helpers.study.worker import _ended_after

    misdeed = MISDEEDS.get(cell.fold) if cell.repetition == 1 else None
    if misdeed == "once":
        misdeed = None if _seen(folder) else "die"
    with _ended_after(limit):
        if misdeed == "break":
            return "ZeroDivisionError: division by zero"
        if misdeed == "hang":
            time.sleep(600)
        if misdeed == "die":
            os._exit(9)
    dsc = {f"P{cell.fold}": 90.0 + cell.repetition}
    return vars(cell) | {"dsc_percent": dsc, "weights_sha256": str(cell), "seconds": 0.0}


MISDEEDS = {1: "break", 2: "hang", 3: "die", 4: "once"}


def _seen(folder):
    path = folder / "seen"
    there = path.exists()
    path.touch()
    return there


def choosy(cell, limit):
    """A record by the worker that ``FIT`` marks; the others do not fit."""
    from distributed import get_worker

    if not os.environ.get("FIT"):
        return Unfit(get_worker().address, "it has another fingerprint: cores.")
    return train(cell, limit)


def breaking(cell, limit, work, expected):
    """What ``worker.train`` says when memory runs out."""
    from helpers.study import worker

    def lack(*_):
        raise MemoryError("out of memory:\n  9 GB wanted")

    with mock.patch.object(worker, "prints", lack):
        return worker.train(cell, limit, work, expected)
