"""F22: kill -9 as a report or crate is replaced. python -m tests.faults.f22_killed_folders [N]"""

import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from helpers import ours
from tests.faults.common import verdict

WRITER = """
import itertools, sys
from helpers import atomic, ours
if sys.argv[2] == "without swap":
    def swap(*_):
        raise OSError("none here")
    atomic.swap = swap
print("begin", flush=True)
for n in itertools.count():
    ours.write(sys.argv[1], {f"{i}": b"%d" % n * 4096 for i in range(8)}, "report", "study.csv")
    print(n, flush=True)
"""


def main(rounds=200):
    """Count folders that are neither the old nor the new one, before and after the next start."""
    rng, counts = random.Random(1), {}
    for way in ("swap", "without swap"):
        torn = gone = left = written = 0
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / "report"
            for _ in range(rounds):
                written += _killed(folder, way, rng.uniform(0, 0.3))
                gone += way == "swap" and not _is_whole(folder)
                ours.check(folder, "report", "study.csv")
                torn += not _is_whole(folder)
                left += len(list(Path(name).iterdir())) != 1
        key = way.replace(" ", "_")
        counts |= {f"written_{key}": written, f"bad_torn_{key}": torn, f"bad_left_{key}": left}
        counts["bad_gone"] = counts.get("bad_gone", 0) + gone
    verdict("F14 killed folders", rounds=2 * rounds, **counts)


def _killed(folder, way, seconds):
    """How often a writer, killed after some seconds, had said that the folder is there."""
    command = [sys.executable, "-c", WRITER, str(folder), way]
    writer = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    writer.stdout.readline()
    time.sleep(0.1 * (not folder.exists()) + seconds)  # there is one from the first round on
    writer.kill()
    said = writer.stdout.read().split()
    writer.wait()
    return len(said)


def _is_whole(folder):
    found = [path.read_bytes() for path in folder.glob("[0-9]")]
    return len(found) == 8 and len(set(found)) == 1


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
