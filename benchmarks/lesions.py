"""How long features, detection and registration of one study take, and how much memory.

python benchmarks/lesions.py [--rounds 3]

One phantom study of 224 x 224 x 80 voxels in five phases, or the NIfTI that BREAST_DCE_NIFTI names.
Each part runs in a process of its own, the parts in turn. Exit code 1 when a target is missed.
"""

import argparse
import os
import resource
import statistics
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

import numpy as np

TARGETS = {"features and detection": (10, 2e9), "registration": (60, None)}  # seconds, bytes


def main():
    """Print seconds, memory and their share of the targets; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=3, help="how often each part is run; 3")
    rounds = parser.parse_args().rounds
    volume, mask = _study()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, study {volume.data.shape}")
    seen = {name: [] for name in TARGETS}
    for _ in range(rounds):
        for name in TARGETS:
            with ProcessPoolExecutor(1, get_context("spawn")) as fresh:
                seen[name].append(fresh.submit(_run, name, volume, mask).result())
    missed = [name for name in TARGETS if not _tell(name, seen[name])]
    print(f"missed: {', '.join(missed)}" if missed else "every target is met")
    return int(bool(missed))


def _study():
    from helpers.imaging import volumes
    from helpers.imaging.phantom.patient import make_patient
    from helpers.protocol import LESIONS

    named = os.environ.get("BREAST_DCE_NIFTI")
    if named:
        volume = volumes.read_nifti(named)
        times = 120.0 * np.arange(volume.data.shape[3])
        return replace(volume, times=times), np.ones(volume.data.shape[:3], bool)
    made = make_patient(1, replace(LESIONS, phantom_slices=80))
    return volumes.Volume(made.data, made.affine, made.times), made.breast


def _run(name, volume, mask):
    """(wall seconds, CPU seconds, peak bytes) of one part in this process."""
    started, used = time.perf_counter(), time.process_time()
    if name == "registration":
        from helpers.lesions import registration

        registration.aligned(volume)
    else:
        from helpers.lesions import candidate_features, candidates

        maps = candidate_features.maps(volume)
        found = candidates.find(maps.dynamic.mean, mask, volume.affine, 0.8)
        candidate_features.table(found, maps)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return time.perf_counter() - started, time.process_time() - used, peak


def _tell(name, seen):
    wall, cpu, peak = (statistics.median(part) for part in zip(*seen, strict=True))
    seconds, most = TARGETS[name]
    print(
        f"{name}: {wall:.1f} s ({wall / seconds:.2f} of the target), {cpu:.1f} s of CPU, peak "
        f"{peak / 1e9:.2f} GB" + (f" ({peak / most:.2f} of the target)" if most else "")
    )
    return wall <= seconds and (most is None or peak <= most)


if __name__ == "__main__":
    sys.exit(main())
