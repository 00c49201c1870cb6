"""Each notebook on a machine like Colab's: python -m tests.colab.alone .venv-colab [04 05]

A fresh machine a notebook: Colab's packages and no others, an empty folder, no cache and no GPU.
The set-up cell installs the package from a clone of this repository, so what is not committed is
not there. Told are the seconds and the most memory; a cell that fails ends it with 1, and so does
a notebook that needs more than half of the memory that Colab gives. What they printed is left in
build/colab.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.colab import machines
from tests.colab.memory import held_gb

ROOT = Path(__file__).parents[2]
CELLS = Path(__file__).parent / "cells.py"
COLAB_GB = 12.7
PAUSE_S = 1


def main():
    """Run the chosen notebooks, all unless some are named; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("base", type=Path, help="a Python as Colab's: tests.colab.machines")
    parser.add_argument("chosen", nargs="*", default=["[0-9][0-9]"], help="their numbers")
    parser.add_argument("--protocol", default="smoke")
    parser.add_argument("--out", type=Path, default=Path("build/colab"))
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    paths = [p for n in given.chosen for p in sorted((ROOT / "notebooks").glob(f"{n}_*.ipynb"))]
    with tempfile.TemporaryDirectory() as name:
        source = _clone(Path(name) / "clone")
        fine = [run(path, given, source, Path(name) / path.stem) for path in paths]
    print(f"{len(paths)} notebooks, {fine.count(False)} failed")
    return int(not fine or not all(fine))


def _clone(place):
    words = ["git", "clone", "-q", "--depth=1", f"file://{ROOT}", place]
    subprocess.run(words, check=True)
    if subprocess.run(["git", "status", "--porcelain"], cwd=ROOT, capture_output=True).stdout:
        print("What is not committed is left out.", flush=True)
    return place


def run(path, given, source, place):
    """Whether one notebook ran within half the memory, on a machine made for it in ``place``."""
    machine = machines.fresh(given.base, place)
    folder = place / "folder"
    folder.mkdir()
    copy = shutil.copy(path, folder)
    started, log = time.monotonic(), given.out / f"{path.stem}.log"
    with open(log, "wb") as told:
        words = [machines.python(machine), CELLS, copy]
        process = subprocess.Popen(
            words, env=surroundings(place, source, given.protocol), stdout=told, stderr=told
        )
        most = _watch(process)
    shutil.copy(copy, given.out)
    shutil.rmtree(place)
    took = f"{path.stem}: {time.monotonic() - started:.0f} s, {most:.1f} GB at the most"
    said = _wrong(process.returncode, most, log)
    print(f"{took}{': ' if said else ''}{said}", flush=True)
    return not said


def surroundings(place, source, protocol):
    """The environment of a machine that has seen nothing of this project but its clone."""
    ours = {k: v for k, v in os.environ.items() if k != "PYTHONPATH" and "TRAIN_AGAIN" not in k}
    own = {"TRAIN_AGAIN_CACHE": place / "cache", "TRAIN_AGAIN_SOURCE": source}
    own |= {"TRAIN_AGAIN_PROTOCOL": protocol, "CUDA_VISIBLE_DEVICES": "-1"}
    return ours | {name: str(value) for name, value in own.items()}


def _watch(process):
    """GB that it and its children held at the most together."""
    most = 0.0
    while process.poll() is None:
        most = max(most, held_gb(process.pid))
        time.sleep(PAUSE_S)
    return most


def _wrong(code, most, log):
    if code:
        return "failed.\n" + log.read_text(errors="replace")[-3000:]
    return "more than half of Colab's" if most > COLAB_GB / 2 else ""


if __name__ == "__main__":
    sys.exit(main())
