"""How long extraction takes beside dcm2niix, both measured in turn, and how much memory.

python benchmarks/extraction.py [--rounds 5]

Makes a five-phase study of 448 x 448 x 160 by repeating the real slab that BREAST_DCE_STUDY
names; exit code 1 when a target is missed. Without it a phantom's study is measured, too small
for the targets to mean anything.
"""

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import studies
from tools import dcm2niix

ROOT = Path(__file__).parent.parent
REPEATS = 16  # of a slab of 10 slices
FULL_SIZE = 300e6  # bytes
TIME_TARGET, MEMORY_TARGET = 1.0, 3.0
EXTRACT = [sys.executable, "-m", "helpers", "extract"]
START = [sys.executable, "-c", "import helpers.__main__, helpers.imaging.volumes"]


def main():
    """Print the ratios; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5, help="how often each side is run; 5")
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as place:
        size, series = _study(Path(place) / "study")
        print(f"{os.cpu_count()} cores, {platform.machine()}, load {os.getloadavg()[0]:.1f}")
        print(f"study: {size / 1e6:.0f} MB of voxels in {len(series)} series")
        seen = [_round(Path(place), series) for _ in range(rounds)]
    return _tell(seen, size)


def _study(folder):
    images = studies.real_images()
    if not images:
        print(f"{studies.REAL} names no real study: a phantom's is measured, targets do not hold.")
        return studies.write_phantom(folder)
    return studies.write_long(images, REPEATS, folder)


def _round(place, series):
    """Seconds and peak bytes of every side, one after another."""
    study, out = place / "study", place / "out"
    converter = [dcm2niix(), "-z", "n", "-o", out]
    sides = {"ours": [[*EXTRACT, study, "--out", out / "study.nii"]]}
    sides["dcm2niix"] = [[*converter, folder] for folder in series]
    sides["start"] = [START]
    sides["packed"] = [[*EXTRACT, study, "--out", out / "study.nii.gz"]]
    return {name: _measure(commands, out) for name, commands in sides.items()}


def _measure(commands, out):
    out.mkdir()
    seen = [_run(command) for command in commands]
    shutil.rmtree(out)
    return {"seconds": sum(s for s, _ in seen), "bytes": max(b for _, b in seen)}


def _run(command):
    """Wall seconds and peak resident bytes of one process."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    started = time.perf_counter()
    process = subprocess.Popen(
        [str(part) for part in command], env=environment, stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command[0]} ended with {process.returncode}")
    unit = 1 if sys.platform == "darwin" else 1024
    return time.perf_counter() - started, usage.ru_maxrss * unit


def _tell(seen, size):
    middle = {name: statistics.median(r[name]["seconds"] for r in seen) for name in seen[0]}
    whole = [r["ours"]["seconds"] / r["dcm2niix"]["seconds"] for r in seen]
    work = [(r["ours"]["seconds"] - r["start"]["seconds"]) / r["dcm2niix"]["seconds"] for r in seen]
    memory = max(r["ours"]["bytes"] for r in seen) / size
    packed = max(r["packed"]["bytes"] for r in seen) / size
    print(f"uncompressed: ours {middle['ours']:.2f} s, dcm2niix {middle['dcm2niix']:.2f} s")
    print(f"ratio, whole process: {_spread(whole)} (target at most {TIME_TARGET})")
    print(f"ratio without Python's start and imports ({middle['start']:.2f} s): {_spread(work)}")
    print(f"compressed, ours: {middle['packed']:.2f} s")
    print(f"peak memory / voxels: {memory:.2f}, compressed {packed:.2f} (target {MEMORY_TARGET})")
    missed = statistics.median(whole) > TIME_TARGET or max(memory, packed) > MEMORY_TARGET
    return int(missed and size > FULL_SIZE)


def _spread(ratios):
    low, high = min(ratios), max(ratios)
    return f"{statistics.median(ratios):.2f} ({low:.2f} to {high:.2f} in {len(ratios)} rounds)"


if __name__ == "__main__":
    sys.exit(main())
