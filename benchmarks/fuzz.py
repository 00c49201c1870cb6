"""Damaged files and disturbed folders: each is read or ends in one sentence, nothing else.

python benchmarks/fuzz.py [--seconds 60] [--seed 0]

Prints how many inputs were tried, read and refused, and fails on any other error, on a message
of more than a line, on a disturbed study that is read as another and on an input that takes more
than SLOW seconds. The seed makes the inputs.
"""

import argparse
import gzip
import shutil
import sys
import tempfile
import time
import traceback
import tracemalloc
import warnings
from collections import Counter
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT)]

import fuzz_folders  # noqa: E402
import fuzz_seeds  # noqa: E402

from helpers.errors import InputError  # noqa: E402
from helpers.imaging import masks, volumes  # noqa: E402

CAP = 1 << 20  # bytes the readers may take for voxels
SLOW = 10  # s
HUNGRY = 32 << 20  # bytes at the peak
BOLD = [0, 1, 2, 127, 128, 254, 255]


def main():
    """Print the counts; returns 1 when something else than an InputError came."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=60, help="in all; 60")
    parser.add_argument("--seed", type=int, default=0, help="of the damage; 0")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as place:
        readers = _readers(Path(place))
        seconds = given.seconds / (len(readers) + 1)
        counts = [_fuzz(name, *reader, seconds, given.seed) for name, reader in readers.items()]
        counts.append(_fuzz_folders(Path(place) / "folders", seconds, given.seed))
    tried = sum(count["tried"] for count in counts)
    failed = sum(count["failed"] for count in counts)
    print(f"{tried} inputs in all, {failed} that ended in anything else")
    return int(failed > 0)


def _readers(place):
    """{name: (intact bytes, file to damage, what to read then)}"""
    folder, seg = fuzz_seeds.write_study(place / "study"), place / "seg.dcm"
    volume = volumes.read_dicom(folder)
    fuzz_seeds.write_seg(folder, seg)
    path, nifti, packed, label = (
        folder / "0005.dcm",
        *(place / name for name in ("own.nii", "own.nii.gz", "own.nrrd")),
    )
    volumes.save_nifti(volume, nifti)
    enhanced = fuzz_seeds.write_enhanced(folder, place / "enhanced")

    def mask(which):
        return lambda: masks.read_mask(which, volume, memory_cap=CAP)

    return {
        "DICOM": (path.read_bytes(), path, lambda: volumes.read_dicom(folder, CAP)),
        "enhanced DICOM": (
            enhanced.read_bytes(),
            enhanced,
            lambda: volumes.read_dicom(enhanced.parent, CAP),
        ),
        "NIfTI": (nifti.read_bytes(), nifti, lambda: volumes.read_nifti(nifti, CAP)),
        "packed NIfTI": (
            gzip.compress(nifti.read_bytes()),
            packed,
            lambda: volumes.read_nifti(packed, CAP),
        ),
        "NIfTI mask": (fuzz_seeds.nifti_mask_bytes(volume), nifti, mask(nifti)),
        "NRRD": (fuzz_seeds.nrrd_bytes(), label, mask(label)),
        "packed NRRD": (fuzz_seeds.nrrd_bytes(packed=True), label, mask(label)),
        "DICOM SEG": (seg.read_bytes(), seg, mask(seg)),
    }


def _fuzz(name, intact, path, read, seconds, seed):
    """Damage and read until the time is over; returns and prints the counts."""
    rng, count, last = np.random.default_rng([seed, len(name)]), Counter(), time.monotonic()
    end = last + seconds
    while last < end:
        content = _damage(intact, rng)
        path.write_bytes(content)
        outcome = _outcome(read)
        count.update(["tried", outcome])
        last = time.monotonic()
        if outcome == "failed":
            _keep(name, content, count["tried"])
    path.write_bytes(intact)
    _tell(name, count)
    return count


def _tell(name, count):
    print(
        f"{name}: {count['tried']} tried, {count['read']} read, {count['refused']} refused, "
        f"{count['failed']} failed",
        flush=True,
    )


def _fuzz_folders(place, seconds, seed):
    """Disturb a study's folder and read it, which must give the study or a refusal."""
    place.mkdir()
    intact = fuzz_seeds.write_study(place / "intact")
    truth, rng, count = fuzz_folders.write(intact), np.random.default_rng(seed), Counter()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        study = place / "now" / "study"
        shutil.copytree(intact, study)
        done = fuzz_folders.disturb(study, place / "elsewhere", rng)
        outcome = _outcome(lambda study=study: _check_same(volumes.read_dicom(study, CAP), truth))
        count.update(["tried", outcome])
        if outcome == "failed":
            print(f"after {', '.join(done)}")
        shutil.rmtree(study.parent)
        shutil.rmtree(place / "elsewhere")
    _tell("disturbed folder", count)
    return count


def _check_same(volume, truth):
    if not fuzz_folders.is_same(volume, truth):
        raise RuntimeError(f"the study was read as another one, {volume.data.shape}")


def _outcome(read):
    started = time.monotonic()
    tracemalloc.start()
    try:
        read()
        outcome = "read"
    except InputError as error:
        outcome = "failed" if "\n" in str(error) else "refused"
    except BaseException as error:  # a KeyboardInterrupt ends it all
        if isinstance(error, KeyboardInterrupt):
            raise
        traceback.print_exc()
        outcome = "failed"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    if time.monotonic() - started > SLOW or peak > HUNGRY:
        print(f"{time.monotonic() - started:.1f} s, {peak / 1e6:.0f} MB at the peak")
        return "failed"
    return outcome


def _keep(name, content, number):
    path = Path(f"fuzz {name} {number}.bin")
    path.write_bytes(content)
    print(f"what was read is kept in {path}")


def _damage(intact, rng):
    """The bytes with a few changed, dropped, doubled or cut off; most near the start."""
    content = bytearray(intact)
    for _ in range(rng.integers(1, 8)):
        place = int(len(content) * rng.random() ** rng.choice([1, 3]))
        length = int(rng.choice([1, 1, 2, 4, 16]))
        kind = rng.choice(["set", "bold", "drop", "double", "swap"], p=[0.35, 0.35, 0.1, 0.1, 0.1])
        if kind == "set":
            content[place : place + length] = rng.bytes(length)
        elif kind == "bold":
            content[place : place + length] = bytes([int(rng.choice(BOLD))]) * length
        elif kind == "drop":
            del content[place : place + length]
        elif kind == "double":
            content[place:place] = content[place : place + 8 * length]
        else:
            other = int(rng.integers(len(content) + 1))
            content[place : place + length] = content[other : other + length]
    keep = len(content) if rng.random() < 0.9 else int(rng.integers(len(content) + 1))
    return bytes(content[:keep])


if __name__ == "__main__":
    sys.exit(main())
