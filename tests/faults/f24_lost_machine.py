"""F24: a machine is lost in mid-study with its whole disk; a second folder, as of a Drive, is kept.

python -m tests.faults.f24_lost_machine [N]
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from helpers.study import mirror
from tests.faults.common import MARK, alive_after, marked, verdict

STUDY = """
import sys
from helpers.protocol import SMOKE
from helpers.study import own_study, sources

sources.own(SMOKE)
ledger = own_study.run(SMOKE, ["control"], sys.argv[1])
ledger.table().to_csv(sys.argv[2], index=False)
"""


def main(rounds=3):
    """Count tables of a second machine that differ, and records that did not come back."""
    counts = dict.fromkeys(["lost", "came_back", "bad_not_back", "bad_unequal", "bad_alive"], 0)
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        wanted, _ = _machine(place / "whole", place / "whole-drive", "whole")
        for number in range(rounds):
            drive, mark = place / f"drive{number}", f"lost{number}"
            counts["lost"] += _lose(place / f"first{number}", drive, mark)
            counts["bad_alive"] += alive_after(mark)
            kept = len(_records(drive))
            table, said = _machine(place / f"second{number}", drive, mark)
            counts["came_back"] += kept
            counts["bad_not_back"] += f"{kept} files came back" not in said
            counts["bad_unequal"] += table != wanted
    verdict("F24 lost machine", rounds=rounds, bad_none_lost=int(not counts["lost"]), **counts)


def _start(machine, drive, mark):
    machine.mkdir()
    drive.mkdir(exist_ok=True)
    words = [sys.executable, "-c", STUDY, str(drive), str(machine / "table.csv")]
    own = {"TRAIN_AGAIN_CACHE": str(machine), MARK: mark}
    return subprocess.Popen(words, env=os.environ | own, stderr=subprocess.PIPE, text=True)


def _machine(machine, drive, mark):
    """A machine that lives: the table that it ends with, as bytes, and what it said."""
    said = _start(machine, drive, mark).communicate()[1]
    return (machine / "table.csv").read_bytes(), said


def _lose(machine, drive, mark):
    """Kill a machine once a record has come to the drive, and burn its disk; whether it was."""
    running = _start(machine, drive, mark)
    while running.poll() is None and len(_records(drive)) < 2:
        time.sleep(0.02)
    lost = running.poll() is None
    for process in marked(mark):
        process.kill()
    running.communicate()
    shutil.rmtree(machine)
    return lost


def _records(drive):
    return [file for study in drive.iterdir() for file in mirror.records(study)]


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
