"""What the fault scripts share: a SMOKE run as a command, its processes, and the verdict."""

import os
import subprocess
import sys
import time

import psutil

from helpers.study import kept_masks
from helpers.study.ledger import Ledger

MARK = "TRAIN_AGAIN_FAULT"


def start(folder, *more, mark="1"):
    """Start ``python -m helpers run`` on SMOKE; its processes carry a mark to be counted by."""
    command = [sys.executable, "-m", "helpers", "run", "--protocol", "smoke", "--out", str(folder)]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(
        [*command, *more], stdout=quiet, stderr=quiet, env=os.environ | {MARK: mark}
    )


def killed_writers(script, folder, rng, rounds, longest):
    """Numbers that writers acknowledged before each was killed at a random moment: a set.

    script  : Python that is given a folder and a first number, says "begin", then a number each
              time that it has written one
    longest : seconds after "begin" within which it is killed
    """
    acknowledged, first = set(), 0
    for _ in range(rounds):
        command = [sys.executable, "-c", script, str(folder), str(first)]
        writer = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        writer.stdout.readline()
        time.sleep(rng.uniform(0, longest))
        writer.kill()
        said = {int(line) for line in writer.stdout.read().split()}
        writer.wait()
        acknowledged |= said
        first = max({first} | said) + 2
    return acknowledged


def finish(folder, *more, mark="1"):
    """Run to the end; the exit code."""
    return start(folder, *more, mark=mark).wait()


def marked(mark):
    """The living processes that carry a mark."""
    found = []
    for process in psutil.process_iter():
        try:
            alive = process.status() != psutil.STATUS_ZOMBIE
            if alive and process.environ().get(MARK) == mark:
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


def alive_after(mark, seconds=10):
    """How many marked processes are still there after so many seconds."""
    deadline = time.monotonic() + seconds
    while marked(mark) and time.monotonic() < deadline:
        time.sleep(0.2)
    return len(marked(mark))


def table_bytes(folder, arm="control"):
    """The table of an arm as CSV."""
    table = Ledger(folder).table()
    return table[table["arm"] == arm].to_csv(index=False).encode()


def masks_of(folder, arm="control"):
    """What the records of an arm drew, as the digests of arrays that are there."""
    found = [record for record in Ledger(folder).records() if record["arm"] == arm]
    whole = (kept_masks.keeps(r) and kept_masks.are_whole(folder, r) for r in found)
    return [sorted(kept_masks.named(r)) if w else None for r, w in zip(found, whole, strict=True)]


def verdict(name, **counts):
    """Print the counts; exit 1 unless each that starts with ``bad_`` is 0."""
    print(name + ":", ", ".join(f"{k} {v}" for k, v in counts.items()), flush=True)
    sys.exit(any(v for k, v in counts.items() if k.startswith("bad_")))
