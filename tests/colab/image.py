"""What Colab's image has: freeze.txt is its `pip freeze` of 2026-08, as it was published.

https://github.com/googlecolab/backend-info, pip-freeze.txt. `python -m tests.colab.image` prints
the constraints under which `make lock` writes lock.txt.
"""

import re
from pathlib import Path

FREEZE = Path(__file__).parent / "freeze.txt"
PYTHON = "3.13"
STAND_IN = {"tensorflow-cpu": "tensorflow"}  # the same framework in a wheel for CPUs alone
TOOLS = {"setuptools"}  # builds and tests; the set-up cell's pip builds with one of its own

_PIN = re.compile(r"^([\w.-]+)(?:\[[\w,]+\])?==([^\s;\\]+)", re.M)
_PLACED = re.compile(r"^([\w.-]+) @ ", re.M)


def name(written):
    """A package's name as PyPI compares it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", written).lower()


def pins(text):
    """Of a list of requirements, dict of name → version."""
    return {name(package): version for package, version in _PIN.findall(text)}


def placed(text):
    """Names of those packages that come from an address, so that no version tells them apart."""
    return {name(package) for package in _PLACED.findall(text)}


def constraints(text):
    """Lines of constraints that keep every version of a freeze, stand-ins included."""
    there = pins(text)
    there |= {other: there[package] for other, package in STAND_IN.items()}
    return [f"{package}=={version}" for package, version in sorted(there.items())]


def changed(resolved, text):
    """Sentences: what a resolution, dict of name → version, would change of a freeze."""
    kept, elsewhere = pins("\n".join(constraints(text))), placed(text)
    for package, version in resolved.items():
        if package in elsewhere:
            yield f"{package} would be replaced: the image has it from an address"
        elif kept.get(package, version) != version:
            yield f"{package} {kept[package]} would become {version}"


def split(lock, text):
    """A lock's requirements in two: (of packages that the image has, of the others), as text."""
    parts = [part for part in re.split(r"^(?=\w)", lock, flags=re.M) if not part.startswith("#")]
    there = set(pins("\n".join(constraints(text)))) - TOOLS
    had = [part for part in parts if set(pins(part)) & there]
    return "".join(had), "".join(part for part in parts if part not in had)


if __name__ == "__main__":
    kept = constraints(FREEZE.read_text())
    print(*(line for line in kept if not set(pins(line)) & TOOLS), sep="\n")
