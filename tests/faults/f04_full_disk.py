"""F4: the disk is full from a random write on, in the middle of SMOKE, masks kept.

python -m tests.faults.f04_full_disk [N]
"""

import random
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.faults.common import finish, masks_of, table_bytes, verdict

ARMS = ("--arm", "control", "--workers", "1", "--keep-masks")
WRITES = 25  # about as many as a run makes

FULL = """
import errno, os, sys
from helpers.__main__ import main

left, real = int(sys.argv[1]), {name: getattr(os, name) for name in ("open", "fsync", "replace")}

def guarded(name):
    def call(*words, **named):
        global left
        if name == "open" and not words[1] & os.O_CREAT:
            return real[name](*words, **named)
        left -= 1
        if left < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real[name](*words, **named)
    return call

for name in real:
    setattr(os, name, guarded(name))
sys.exit(main(sys.argv[2:]))
"""


def main(rounds=12):
    """Count runs that did not end in one sentence, files left over, and resumes that differ."""
    rng = random.Random(4)
    counts = dict.fromkeys(["full", "bad_exit", "bad_words", "bad_left_over", "bad_unequal"], 0)
    with tempfile.TemporaryDirectory() as name:
        whole = Path(name) / "whole"
        assert finish(whole, *ARMS) == 0
        for number in range(rounds):
            folder = Path(name) / str(number)
            code, said = _until_full(folder, rng.randrange(WRITES))
            counts["full"] += code != 0
            counts["bad_exit"] += code not in (0, 2)
            counts["bad_words"] += code != 0 and not _one_sentence(said)
            counts["bad_left_over"] += len(list(folder.rglob(".*.train-again")))
            again = finish(folder, *ARMS)
            counts["bad_unequal"] += again != 0 or _kept(folder) != _kept(whole)
    verdict("F4 full disk", rounds=rounds, **counts)


def _kept(folder):
    return table_bytes(folder), masks_of(folder)


def _until_full(folder, writes):
    words = ["run", "--protocol", "smoke", "--out", str(folder), *ARMS]
    command = [sys.executable, "-c", FULL, str(writes), *words]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    return done.returncode, done.stderr.replace("\r", "\n")


def _one_sentence(said):
    errors = [line for line in said.splitlines() if line.startswith("error:")]
    named = ("No space left on device", "No usable temporary directory")  # the second by Python
    return len(errors) == 1 and any(n in errors[0] for n in named) and "Traceback" not in said


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
