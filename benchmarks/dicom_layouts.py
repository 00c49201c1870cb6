"""Each way to lay a dynamic study out, read by four tools and compared with the truth.

python benchmarks/dicom_layouts.py [--peers PYTHON]

Exports the real slab that BREAST_DCE_STUDY names anew in each layout; prints a table. dicom2nifti
and SimpleITK are installed into a scratch environment unless PYTHON has them.
"""

import argparse
import copy
import itertools
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

import nibabel
import numpy as np
import studies
from tools import dcm2niix

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "imaging")]

import test_dicom as exports  # noqa: E402

PEERS = ["SimpleITK", "dicom2nifti"]
NUMBERS, CLOCK, DELAYS = [1, 2, 3, 4, 5], exports.TRUE_CLOCK, exports.TRIGGERS


def _merged(tag, values, by_slice=False, clock=False):
    """A way to export: one series whose phases ``tag`` tells apart, and ``clock`` time as well."""

    def export(images):
        exports.merge(images, tag, values, by_slice)
        for number, image in enumerate(images if clock else []):
            image.AcquisitionTime = CLOCK[number // exports.SLICES]
        return images

    return export


TEMPORAL = ("TemporalPositionIdentifier", NUMBERS)
LAYOUTS = {
    "one series a phase": lambda images: images,
    "merged, phase by phase, `TemporalPositionIdentifier`": _merged(*TEMPORAL),
    "merged, phase by phase, only `AcquisitionTime`": _merged("AcquisitionTime", CLOCK),
    "merged, slice by slice, `TemporalPositionIdentifier` and `AcquisitionTime`": _merged(
        *TEMPORAL, by_slice=True, clock=True
    ),
    "merged, slice by slice, only `TemporalPositionIdentifier`": _merged(*TEMPORAL, by_slice=True),
    "merged, slice by slice, only `AcquisitionTime`": _merged("AcquisitionTime", CLOCK, True),
    "merged, slice by slice, only `TriggerTime`": _merged("TriggerTime", DELAYS, True),
    "enhanced multi-frame, frames shuffled, no dimension index": lambda images: [
        exports.enhanced(images, _shuffled(len(images)))
    ],
}


def main():
    """Print the table; returns 1 unless our own column is right throughout."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--peers", help="a Python that has dicom2nifti and SimpleITK")
    given, images = parser.parse_args(), studies.real_images()
    if not images:
        print(f"{studies.REAL} names no real study: there is nothing to export anew.")
        return 0
    with tempfile.TemporaryDirectory() as place:
        tools = _tools(given.peers or _install(Path(place) / "peers"))
        print(f"| layout | {' | '.join(tools)} |\n|{'---|' * (len(tools) + 1)}")
        found = [_row(name, images, tools, Path(place)) for name in LAYOUTS]
    return int(not all(row[-1].startswith("right") for row in found))


def _install(folder):
    venv.create(folder, with_pip=True)
    subprocess.run([folder / "bin" / "pip", "install", "-q", *PEERS], check=True)
    return folder / "bin" / "python"


def _tools(peers):
    """{name with version: command that reads FOLDER into OUT}"""
    script = Path(__file__).with_name("peers.py")
    asked = subprocess.run([peers, script, "versions"], check=True, capture_output=True, text=True)
    two, three = asked.stdout.split("\n")[:2]
    one = subprocess.run([dcm2niix(), "--version"], capture_output=True, text=True)
    ours = [sys.executable, "-m", "helpers", "extract", "FOLDER", "--out", "OUT/study.nii"]
    return {
        f"dcm2niix {one.stdout.split()[-1]}": [dcm2niix(), "-z", "n", "-o", "OUT", "FOLDER"],
        two: [peers, script, "dicom2nifti", "FOLDER", "OUT"],
        three: [peers, script, "simpleitk", "FOLDER", "OUT"],
        "ours": ours,
    }


def _row(name, images, tools, place):
    folder = place / str(len(list(place.iterdir())))
    folder.mkdir()
    exported = LAYOUTS[name](copy.deepcopy(images))
    for number, image in zip(_shuffled(len(exported)), exported, strict=True):
        image.save_as(folder / f"{number:04d}.dcm", enforce_file_format=True)
    truth = exports.truth(images)
    if name.startswith("enhanced"):
        truth = 2 * truth - 10 * np.arange(5, dtype=np.float32)  # its slope and intercepts
    told = [_judge(command, folder, truth) for command in tools.values()]
    print(f"| {name} | {' | '.join(told)} |", flush=True)
    return told


def _shuffled(count):
    return np.random.default_rng(0).permutation(count).tolist()


def _judge(command, folder, truth):
    with tempfile.TemporaryDirectory() as out:
        command = [str(part).replace("FOLDER", str(folder)).replace("OUT", out) for part in command]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        found = [nibabel.load(path) for path in sorted(Path(out).rglob("*.nii"))]
        verdict = _compare([np.asarray(image.dataobj) for image in found], truth)
        if verdict == "wrong":
            sizes = ", ".join("×".join(map(str, image.shape)) for image in found)
            verdict = f"**wrong**: {sizes}, {found[0].header.get_zooms()[2]:.3f} mm apart"
        warned = "warning" in (done.stdout + done.stderr).lower()
        said = f", exit {done.returncode}" + (", a warning" if warned else "")
        return verdict + (said if "wrong" in verdict else "")


def _compare(found, truth):
    """What the arrays of a tool are; mirrored and turned axes count as right."""
    if not found:
        return "refuses"
    if len(found) == 1 and found[0].ndim == 4:
        return "right" if _same(found[0], truth) else "wrong"
    phases = [truth[..., t] for t in range(truth.shape[3])]
    matches = [[t for t, phase in enumerate(phases) if _same(a, phase)] for a in found]
    if sorted(itertools.chain(*matches)) == list(range(len(phases))):
        return "separate 3-D, the caller stacks"
    return "wrong"


def _same(array, truth):
    if array.shape != truth.shape:
        return False
    return any(
        np.array_equal(array[::x, ::y, ::z], truth)
        for x, y, z in itertools.product((1, -1), repeat=3)
    )


if __name__ == "__main__":
    sys.exit(main())
