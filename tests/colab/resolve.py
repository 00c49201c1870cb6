"""Would a notebook's set-up change what Colab has? python -m tests.colab.resolve

pip, asked as the set-up cell asks it, but for every package of the image and without installing:
where it finds no way that keeps all of the image's versions it says so, and the exit code is 1.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.colab import image

PIP = ("-m", "pip", "install", "-q", "--disable-pip-version-check", "--dry-run")


def main(project="."):
    """Resolve, tell what would be added; returns the exit code."""
    resolved = resolution(project, image.FREEZE.read_text())
    wrong = list(image.changed(resolved, image.FREEZE.read_text()))
    new = sorted(set(resolved) - set(image.pins(image.FREEZE.read_text())))
    print(*wrong, f"{len(resolved)} packages, of which Colab lacks: {', '.join(new)}", sep="\n")
    return int(bool(wrong))


def resolution(project, freeze):
    """What pip would install into an empty place for a project: dict of name → version.

    freeze : text of the image's `pip freeze`; raises SystemExit with pip's words where nothing fits
    """
    with tempfile.TemporaryDirectory() as name:
        kept, told = Path(name) / "kept.txt", Path(name) / "told.json"
        kept.write_text("\n".join(image.constraints(freeze)))
        words = [sys.executable, *PIP, "--ignore-installed", "-c", kept, "--report", told, project]
        if subprocess.run(words).returncode:
            raise SystemExit("Colab's versions cannot all be kept, for the reason above.")
        found = [one["metadata"] for one in json.loads(told.read_text())["install"]]
    return {image.name(one["name"]): one["version"] for one in found}


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
