"""Machines like Colab's: a Python with the image's packages, and fresh ones on top of it.

python -m tests.colab.machines .venv-colab   makes it, and .venv-colab-tests with what tests need
"""

import subprocess
import sys
from pathlib import Path

from tests.colab import image

LOCK = Path(__file__).parent / "lock.txt"
PIP = ("-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps")


def main(base):
    """Make both; they need Python 3.13, as Colab has it."""
    if sys.version_info[:2] != tuple(map(int, image.PYTHON.split("."))):
        raise SystemExit(f"Colab has Python {image.PYTHON}: make colab PYTHON=python{image.PYTHON}")
    had, others = image.split(LOCK.read_text(), image.FREEZE.read_text())
    subprocess.run([sys.executable, "-m", "venv", "--clear", base], check=True)
    _install(Path(base), had)
    tests = fresh(Path(base), Path(f"{base}-tests"))
    _install(tests, others)
    own = ("--no-build-isolation", "-e", ".")
    subprocess.run([python(tests), *PIP, *own], check=True)


def fresh(base, place):
    """A machine in the state of ``base``: what is installed here stays here; its folder."""
    subprocess.run([python(base), "-m", "venv", "--clear", place], check=True)
    [here] = place.glob("lib/python*/site-packages")
    [there] = base.absolute().glob("lib/python*/site-packages")
    (here / "image.pth").write_text(f"{there}\n")
    (place / "share").symlink_to(base.absolute() / "share")  # Jupyter looks for templates there
    return place


def python(machine):
    """Its interpreter: path, not resolved, for a venv is known by its link."""
    return machine.absolute() / "bin" / "python"


def _install(machine, requirements):
    listed = machine / "requirements.txt"
    listed.write_text(requirements)
    subprocess.run([python(machine), *PIP, "--require-hashes", "-r", listed], check=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
