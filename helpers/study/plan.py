"""What a study was asked for, so that others can tell what is left: ``FOLDER/plan.json``.

By arm, how many cells the runs on this folder have wanted so far. Nothing is decided by it. A file
of that name which is somebody else's stays as it is.
"""

import json
import os
from collections import Counter
from pathlib import Path

from helpers import atomic, reading
from helpers.learning.arms import ARMS


def note(folder, wanted):
    """Add the cells that a run wants to a study's plan.

    wanted : list of Cell; an arm's larger number counts
    """
    asked = Counter(cell.arm for cell in wanted)
    known = read(folder)
    both = known | {arm: max(n, known.get(arm, 0)) for arm, n in asked.items()}
    if both != known and (known or not os.path.lexists(_path(folder))):
        atomic.write_bytes(_path(folder), json.dumps(both, sort_keys=True).encode())


def read(folder):
    """The plan: dict of arm → number of cells; empty where there is none, or it is not ours."""
    try:
        plan = reading.parsed(reading.content(_path(folder)))
        return {a: n for a, n in plan.items() if a in ARMS and type(n) is int and n >= 0}
    except (OSError, ValueError, AttributeError):
        return {}


def _path(folder):
    return Path(folder) / "plan.json"
