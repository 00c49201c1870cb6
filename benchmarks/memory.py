"""Host memory of PAPER over time, of all processes of a run together: proportional set size (PSS).

python benchmarks/memory.py [--patients 6 12 42] [--arms control default] [--draw docs/memory.png]

Writes that many synthetic patients as pairs of NIfTI (160 slices of 256 × 256, two phases) into
build/memory and runs one epoch of a fold for each worker, two patients held out of it. A step of
PAPER takes a CPU some ten seconds, so few slices have a drawing and the others are unknown: a cell
has 2 to 5 steps in place of 756; the first read, preparing, proving, steps and evaluation are of
full size. Linux alone tells PSS.
"""

import argparse
import json
import multiprocessing
import shutil
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from helpers.protocol import PAPER

ROOT = Path(__file__).parent.parent
PLACE = ROOT / "build" / "memory"
TARGET_GB, PAUSE_S = 10, 0.5
SLICES, BETWEEN_MM = 160, 1.1
DRAWN = 24  # slices with a drawing in the whole cohort, at least one a patient
COLOURS = {"control": "C0", "default": "C1"}
CELLS = {"default": 1}  # its machine has one worker; the arms that fix their threads have two


def main():
    """Measure, print the table, keep the samples; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--patients", type=int, nargs="+", default=[6, 12, 42])
    parser.add_argument("--arms", nargs="+", default=list(COLOURS))
    parser.add_argument("--draw", type=Path, help="picture of what was measured last")
    chosen = parser.parse_args()
    PLACE.mkdir(parents=True, exist_ok=True)
    most = [measure(n, arm) for n in chosen.patients for arm in chosen.arms]
    if chosen.draw:
        draw(chosen.draw, chosen.patients[-1], chosen.arms)
    return int(max(most) >= TARGET_GB)


def measure(patients, arm):
    """GB that all processes of a run held at the most together."""
    data = cohort(patients)
    with tempfile.TemporaryDirectory(dir=PLACE) as folder:
        words = (patients, arm, str(data), folder)
        run = multiprocessing.get_context("spawn").Process(target=train, args=words)
        run.start()
        samples = watch(run.pid, Path(folder))
        run.join()
    (PLACE / f"{arm}-{patients}.json").write_text(json.dumps(samples))
    most = tell(patients, arm, samples)
    if run.exitcode:
        sys.exit(f"{arm} with {patients} patients ended with {run.exitcode}.")
    return most


def train(patients, arm, data, folder):
    """A run of two cells, its prepared arrays in a cache of its own."""
    import os

    os.environ["TRAIN_AGAIN_CACHE"] = str(Path(folder) / "cache")
    from helpers.study import runner

    protocol = replace(PAPER, patients=patients, folds=patients // 2, epochs=1)
    runner.run(protocol, [arm], Path(folder) / "study", 1, CELLS.get(arm, 2), data=data)


def watch(pid, folder):
    """Samples until a process ends: dicts of seconds, phase, and PSS in GB of each process."""
    import psutil

    started, process, samples = time.monotonic(), psutil.Process(pid), []
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        family = [process, *process.children(recursive=True)]
        held = {str(one.pid): pss_gb(one.pid) for one in family}
        at = time.monotonic() - started
        samples.append({"s": at, "phase": phase(folder), "gb": held})
        time.sleep(PAUSE_S)
    return samples


def pss_gb(pid):
    """Proportional set size of a process: a page that three processes share counts a third."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0  # it has ended
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024 / 1e9


def phase(folder):
    """What the run is at: preparing until the fingerprint is written, then training."""
    return "training" if (folder / "study" / "study.json").exists() else "preparing"


def tell(patients, arm, samples):
    """Print a run's row; returns the most of all."""
    sums = {"preparing": [0.0], "training": [0.0]}
    for sample in samples:
        sums[sample["phase"]].append(sum(sample["gb"].values()))
    one = max(max(sample["gb"].values()) for sample in samples)
    print(
        f"{patients:3} patients, {arm:8} preparing {max(sums['preparing']):5.2f} GB, training and "
        f"evaluation {max(sums['training']):5.2f} GB, one process {one:5.2f} GB, "
        f"{samples[-1]['s']:5.0f} s",
        flush=True,
    )
    return max(map(max, sums.values()))


def cohort(patients):
    """The folder of so many synthetic patients; images are written where they are missing."""
    images, folder = PLACE / "images", PLACE / f"cohort-{patients}"
    shutil.rmtree(folder, ignore_errors=True)
    for place in (images, folder):
        place.mkdir(exist_ok=True)
    rows = ["patient,image,mask,sparse"]
    for number in range(patients):
        image, mask = images / f"{number:02d}.nii", folder / f"{number:02d}_mask.nii"
        write(number, image, mask, max(1, DRAWN // patients))
        rows.append(f"P{number:02d},{image},{mask},yes")
    (folder / "cohort.csv").write_text("\n".join(rows))
    return folder


def write(number, image, mask, drawn):
    """One patient: an ellipsoid in noise, drawn in so many slices."""
    import nibabel as nib

    rng, size = np.random.default_rng(number), PAPER.size
    affine = np.diag([PAPER.spacing, PAPER.spacing, BETWEEN_MM, 1])
    x, y, z = np.ogrid[:size, :size, :SLICES]
    centre, radius = rng.normal([size / 2, size / 2, SLICES / 2], 4), rng.normal([70, 50, 60], 4)
    inside = sum(((a - c) / r) ** 2 for a, c, r in zip((x, y, z), centre, radius, strict=True)) < 1
    here = inside & (np.abs(np.arange(SLICES) - SLICES // 2 + 0.25) < drawn / 2)
    nib.save(nib.Nifti1Image(here.astype("uint8"), affine), mask)
    if not image.exists():
        data = rng.integers(0, 80, (size, size, SLICES, 2), dtype="int16")
        data += inside[..., None] * np.array([300, 500], "int16")
        nib.save(nib.Nifti1Image(data, affine), image)


def draw(path, patients, arms):
    """The sum over all processes against time, an arm a line, and the target."""
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots(figsize=(7, 4), layout="constrained")
    for arm in arms:
        samples = json.loads((PLACE / f"{arm}-{patients}.json").read_text())
        times = [sample["s"] / 60 for sample in samples]
        ax.plot(times, [sum(s["gb"].values()) for s in samples], COLOURS.get(arm), label=arm)
        begun = next(t for t, s in zip(times, samples, strict=True) if s["phase"] == "training")
        ax.axvline(begun, color=COLOURS.get(arm), linestyle=":")
    ax.axhline(TARGET_GB, color="0.6", label="target")
    ax.set(xlabel="minutes; dotted: the cohort is prepared", ylabel="PSS of all processes, GB")
    ax.set_title(f"PAPER with {patients} patients, from the first read to the last evaluation")
    ax.set_ylim(0)
    ax.legend()
    figure.savefig(path, dpi=120)


if __name__ == "__main__":
    sys.exit(main())
