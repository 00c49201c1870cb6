"""Receipts: the SHA-256 digests of what was first downloaded, and whether it still is that.

One small JSON file a series: ``{"files": {name: {"bytes": …, "sha256": …}}}``.
"""

import hashlib
import json
from pathlib import Path

from helpers import atomic
from helpers.errors import InputError


def take(folder, read=None):
    """The content of a receipt for the files in ``folder``: {name: {"bytes", "sha256"}}.

    read : called with the bytes of each file when it has been read, or None
    """
    files = {}
    for path in sorted(Path(folder).iterdir()):
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        files[path.name] = {"bytes": path.stat().st_size, "sha256": sha256}
        if read:
            read(files[path.name]["bytes"])
    return files


def keep(path, files, where):
    """Write the receipt when there is none yet, or compare with the one that is there.

    path   : the receipt
    files  : what ``take`` gave now
    where  : the folder the files are in, named in errors
    raises : InputError that names the first file that is not what was downloaded first
    """
    if not Path(path).exists():
        content = json.dumps({"files": files}, indent=1, sort_keys=True) + "\n"
        atomic.write_bytes(path, content.encode())
        return
    first = _read(path)
    for name in sorted({*first, *files}):
        if first.get(name) != files.get(name):
            why = _difference(first, files, name)
            raise InputError(
                f"{where}/{name} is not what was downloaded first ({why}): move {where} away "
                "and run the same command again."
            )


def _difference(first, files, name):
    if name not in files:
        return "it is missing"
    if name not in first:
        return "it was not there"
    return "its SHA-256 differs"


def _read(path):
    try:
        return dict(json.loads(Path(path).read_text("utf-8"))["files"])
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError(f"{path} is damaged: delete it and run the same command again.") from None
