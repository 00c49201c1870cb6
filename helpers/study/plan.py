"""What a study was asked for, so that others can tell what is left: ``FOLDER/plan.json``.

By arm, how many cells the runs on this folder have wanted so far. Nothing is decided by it.
"""

import json
from collections import Counter
from pathlib import Path

from helpers import atomic


def note(folder, wanted):
    """Add the cells that a run wants to a study's plan.

    wanted : list of Cell; an arm's larger number counts
    """
    asked = Counter(cell.arm for cell in wanted)
    known = read(folder)
    both = known | {arm: max(n, known.get(arm, 0)) for arm, n in asked.items()}
    if both != known:
        atomic.write_bytes(Path(folder) / "plan.json", json.dumps(both, sort_keys=True).encode())


def read(folder):
    """The plan: dict of arm → number of cells; empty where there is none."""
    try:
        plan = json.loads((Path(folder) / "plan.json").read_bytes())
        return {str(arm): int(n) for arm, n in plan.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}
