"""Can a tag be cut? python -m release.check [--without-install]

Prints a line a check and what is wrong with it; ends with 1 where anything is. Needs git and
setuptools; the last check installs the wheel and the source archive in empty environments.
"""

import argparse
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile
from pathlib import Path

from release import address

ROOT = Path(__file__).parent.parent
REFERENCE = Path("helpers", "reference")
LICENCE = REFERENCE / "hippocampus" / "LICENSE.md"
BUILD = "from setuptools import build_meta as b; b.build_wheel('dist'); b.build_sdist('dist')"


def main(arguments=None):
    """Run every check and say what it found; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--without-install", action="store_true", help="leave the last one out")
    chosen = CHECKS if not parser.parse_args(arguments).without_install else CHECKS[:-1]
    wrong = 0
    for title, check in chosen:
        found = list(check(ROOT))
        wrong += len(found)
        print("no " if found else "ok ", title, flush=True)
        print(*(f"      {sentence}\n" for sentence in found), sep="", end="", flush=True)
    print(f"To mend before the tag: {wrong}." if wrong else "A tag can be cut.")
    return int(bool(wrong))


def an_address(root):
    """It is set, and one."""
    here = address.current(root)
    if not here:
        yield "No address is set: make address REPOSITORY=https://github.com/OWNER/NAME."
    for path, text in address.written(root, here).items():
        if text != path.read_text(encoding="utf-8"):
            yield f"{path.relative_to(root)} has another address or version: make address again."


def versions(root):
    """All say the same, and it has no tag yet."""
    version = address.version(root)
    told = {
        "helpers/__init__.py": r'^__version__ = "(.+)"',
        "CITATION.cff": r"^version: (.+)$",
    }
    for name, pattern in told.items():
        found = re.search(pattern, (root / name).read_text(encoding="utf-8"), re.M)
        if not found or found[1] != version:
            yield f"{name} has not the version {version} of pyproject.toml."
    if _git(root, "tag", "--list", f"v{version}").strip():
        yield f"There is a tag v{version}: choose the next version."


def changelog(root):
    """It has this version at its top and nothing unreleased."""
    text = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    top, version = re.search(r"^## (.+)$", text, re.M), address.version(root)
    if not top or not top[1].startswith(version):
        yield f"CHANGELOG.md begins with {top and top[1]!r}: its lines need a version's title."


def notebooks(root):
    """They are empty of outputs, counts and widgets."""
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        full = [c for c in notebook["cells"] if c.get("outputs") or c.get("execution_count")]
        if full or "widgets" in notebook["metadata"]:
            yield f"{path.name} has outputs: make lint."


def reference_data(root):
    """What ships is what was kept: every digest fits."""
    for about in sorted((root / REFERENCE).glob("*.json")):
        told = json.loads(about.read_text(encoding="utf-8"))
        for key, ending in (("table_sha256", ""), ("epochs_sha256", "_epochs")):
            table = about.with_name(f"{about.stem}{ending}.csv.gz")
            if key in told and _digest(table) != told[key]:
                yield f"{table.name} is not the table that {about.name} was kept with."
    for sums in sorted((root / REFERENCE).rglob("SHA256SUMS")):
        for digest, name in map(str.split, sums.read_text(encoding="utf-8").splitlines()):
            if _digest(sums.parent / name) != digest:
                yield f"{sums.parent.name}/{name} has not the digest of SHA256SUMS."


def licences(root):
    """The images' licence ships, is declared, and every image has a digest beside it."""
    project = (root / "pyproject.toml").read_text(encoding="utf-8")
    if not (root / LICENCE).is_file() or "BY-SA 4.0" not in (root / LICENCE).read_text("utf-8"):
        yield f"{LICENCE} does not name CC BY-SA 4.0."
    if LICENCE.as_posix() not in project or "CC-BY-SA-4.0" not in project:
        yield f"pyproject.toml does not declare {LICENCE} among its licences."
    if "CC-BY-SA-4.0" not in (root / "CITATION.cff").read_text(encoding="utf-8"):
        yield "CITATION.cff does not name the images' licence."
    listed = " ".join(p.read_text("utf-8") for p in (root / REFERENCE).rglob("SHA256SUMS"))
    for image in sorted((root / REFERENCE).rglob("*.nii.gz")):
        if image.name not in listed:
            yield f"{image.name} is an image without a digest: where does it come from?"


def all_committed(root):
    """A tag names a commit, so nothing may stand beside it."""
    if _git(root, "status", "--porcelain").strip():
        yield "Something is not committed: commit it or take it away."


def installs(root):
    """Wheel and source archive, each in an empty environment; train-again --version answers."""
    with tempfile.TemporaryDirectory() as place:
        try:
            for made in _built(root, Path(place)):
                yield from _told(made, Path(place) / made.name.replace(".", "_"), root)
        except subprocess.CalledProcessError as error:
            said = (error.stderr or error.stdout or "").strip().splitlines()
            yield f"{' '.join(map(str, error.cmd))[:80]} failed: {said[-1] if said else ''}"


def _built(root, place):
    """The wheel and the source archive of what is committed."""
    source = place / "source"
    source.mkdir()
    (place / "all.tar").write_bytes(
        subprocess.run(["git", "archive", "HEAD"], cwd=root, capture_output=True, check=True).stdout
    )
    with tarfile.open(place / "all.tar") as archive:
        archive.extractall(source, filter="data")
    _run([sys.executable, "-c", BUILD], source)
    return sorted((source / "dist").iterdir())


def _told(made, environment, root):
    """What is wrong with an archive: licences and pages that it lacks, an answer that is none."""
    names = _names(made)
    for wanted in ("LICENSE", "LICENSE.md", "style.css", "start.html"):
        if not any(name.endswith(f"/{wanted}") for name in names):
            yield f"{made.name} lacks {wanted}."
    venv.create(environment, with_pip=True)
    scripts = environment / ("Scripts" if sys.platform == "win32" else "bin")
    _run([scripts / "python", "-m", "pip", "install", "-q", made], environment)
    answer = _run([scripts / "train-again", "--version"], environment).strip()
    if answer != address.version(root):
        yield f"train-again --version of {made.name} answers {answer!r}."


def _names(made):
    if made.suffix == ".whl":
        with zipfile.ZipFile(made) as opened:
            return opened.namelist()
    with tarfile.open(made) as opened:
        return opened.getnames()


def _run(command, folder):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


def _git(root, *words):
    return _run(["git", *words], root)


def _digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None


CHECKS = [
    ("the address is set and one", an_address),
    ("the versions agree and the tag is free", versions),
    ("the changelog has the version", changelog),
    ("the notebooks are empty of outputs", notebooks),
    ("the reference data match their digests", reference_data),
    ("the images have their licence and digests", licences),
    ("everything is committed", all_committed),
    ("wheel and source archive install and answer", installs),
]


if __name__ == "__main__":
    sys.exit(main())
