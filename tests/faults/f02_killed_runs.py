"""F2 and F3: kill -9 of a worker or of the main process in the middle of SMOKE, masks kept.

python -m tests.faults.f02_killed_runs [N]
"""

import random
import sys
import tempfile
import time
from pathlib import Path

from tests.faults.common import alive_after, finish, marked, masks_of, start, table_bytes, verdict

ARMS = ("--arm", "control", "--workers", "2", "--keep-masks")


def _records(folder):
    return {p: p.stat().st_mtime_ns for p in Path(folder).glob("control/*/[0-9]*.json")}


def _kill_one(running, whom, mark, rng):
    """Kill the main process or one of its workers; whether anything was killed."""
    others = [p for p in marked(mark) if p.pid != running.pid]
    spawned = [p for p in others if "spawn_main" in " ".join(p.cmdline())]
    if whom == "main":
        running.kill()
    elif spawned:
        rng.choice(spawned).kill()
    return whom == "main" or bool(spawned)


def _round(folder, number, seconds, rng):
    """One study that is hit once; returns (killed, finished cells run again, left alive)."""
    mark, whom = f"round{number}", ("main", "worker")[number % 2]
    running = start(folder, *ARMS, mark=mark)
    ending = time.monotonic() + rng.uniform(0.1, 1) * seconds
    while time.monotonic() < ending and running.poll() is None and len(_records(folder)) < 3:
        time.sleep(0.02)
    killed = running.poll() is None and _kill_one(running, whom, mark, rng)
    running.wait()
    left = alive_after(mark)
    before = _records(folder)
    code = finish(folder, *ARMS, mark=mark)
    after = _records(folder)
    again = sum(after.get(path) != time_ns for path, time_ns in before.items())
    return killed, again, left, code


def main(rounds=20):
    """Compare the final table with that of an uninterrupted run, byte for byte."""
    rng = random.Random(2)
    counts = dict.fromkeys(("killed", "unequal", "masks", "again", "alive", "exit"), 0)
    with tempfile.TemporaryDirectory() as name:
        began = time.monotonic()
        finish(Path(name) / "whole", *ARMS)
        seconds, whole = time.monotonic() - began, Path(name) / "whole"
        for number in range(rounds):
            folder = Path(name) / str(number)
            killed, again, left, code = _round(folder, number, seconds, rng)
            counts["killed"] += killed
            counts["again"] += again
            counts["alive"] += left
            counts["exit"] += code != 0
            counts["unequal"] += table_bytes(folder) != table_bytes(whole)
            counts["masks"] += masks_of(folder) != masks_of(whole)
    verdict(
        "F2 killed runs",
        rounds=rounds,
        killed=counts["killed"],
        bad_unequal_tables=counts["unequal"],
        bad_unequal_masks=counts["masks"],
        bad_finished_cells_run_again=counts["again"],
        bad_exit_codes=counts["exit"],
        bad_F3_alive_after_10_s=counts["alive"],
        bad_hardly_any_killed=int(counts["killed"] < rounds / 2),
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
