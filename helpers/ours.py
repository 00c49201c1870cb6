"""What a command may write over: only what it made itself, and nothing through a link.

A folder of ours holds a manifest: what it is, what it was made of, and each file that we wrote with
its SHA-256. Whatever else lies there, or was changed since, is somebody else's.
"""

import contextlib
import hashlib
import json
import os
import re
import secrets
import shutil
from pathlib import Path

from helpers import atomic, reading
from helpers.errors import InputError

MANIFEST = ".train-again.json"


def refuse_links(path):
    """The path, absolute; InputError where it, or a folder on its way, is a link.

    Links in the root of the disk are the system's, such as /tmp of a Mac.
    """
    path = Path(path).absolute()
    for part in [path, *path.parents][:-2]:
        if part.is_symlink():
            raise InputError(
                f"{part} is a link, and nothing is written through it: name {part.resolve()}."
            )
    return path


def check(folder, kind, source):
    """The path of a folder that may be replaced as a whole; what a killed process left is gone.

    kind   : what it holds, such as "report"; source : path of what it is made of
    raises : InputError when there is anything but an earlier one of the same kind and source
    """
    folder = refuse_links(folder)
    _recover(folder)
    _refuse_others(folder, _about(folder, kind, source))
    return folder


@contextlib.contextmanager
def replacing(folder, kind, source):
    """Yield an empty folder that takes the place of ``folder`` when the block ends well.

    There is the old one or the new one, whole, whenever the process dies; arguments and errors as
    `check`.
    """
    folder = check(folder, kind, source)
    new, about = _beside(folder, "new"), _about(folder, kind, source)
    try:
        new.mkdir(parents=True)
        yield new
        paths = sorted(p for p in new.rglob("*") if p.is_file())
        files = {p.relative_to(new).as_posix(): [_digest(p)] for p in paths}
        _note(new, about, files)
        for path in paths:
            atomic.sync(path)
        _refuse_others(folder, about)
        _put(new, folder)
    except OSError as error:
        raise InputError(f"{folder} could not be written: {error.strerror or error}.") from error
    finally:
        shutil.rmtree(new, ignore_errors=True)


def write(folder, contents, kind, source):
    """Write the files of a folder, dict of name → bytes, as `replacing` does."""
    with replacing(folder, kind, source) as new:
        for name, content in contents.items():
            (new / name).write_bytes(content)


class Pages:
    """Files of ours in a folder that may hold others' too, each written when it is ready."""

    def __init__(self, folder, kind, source, names):
        """Look at the folder; InputError when one of the names there is somebody else's."""
        self.folder, self._about = refuse_links(folder), _about(folder, kind, source)
        self._made = _files(self.folder, self._about)
        for name in names:
            self._now(name)

    def write(self, name, content):
        """Write one of the names, whole or not at all; returns its path."""
        self._made[name] = [*self._now(name), hashlib.sha256(content).hexdigest()]
        _note(self.folder, self._about, self._made)  # before it is so, in case of a kill
        return atomic.write_bytes(self.folder / name, content)

    def _now(self, name):
        """The digest of what stands under a name, if anything does: a list."""
        if not os.path.lexists(self.folder / name):
            return []
        if not _is(self.folder, name, self._made):
            raise _refused(self.folder, self._about, name)
        return [_digest(self.folder / name)]


def _refuse_others(folder, about):
    """InputError where anything stands that is not a folder of ours as it was written."""
    if not os.path.lexists(folder):
        return
    if not folder.is_dir():
        raise InputError(f"{folder} is a file: name a folder.")
    held = {p.relative_to(folder).as_posix() for p in folder.rglob("*")} - {MANIFEST}
    files = _files(folder, about)
    parents = {parent.as_posix() for name in files for parent in Path(name).parents}
    for name in sorted(held):
        if name not in parents and not _is(folder, name, files):
            raise _refused(folder, about, name)


def _about(folder, kind, source):
    """What a folder is; where its source lies is not told, but recognised after both moved."""
    source = Path(source).resolve()
    try:
        place = os.path.relpath(source, Path(folder).absolute())
    except ValueError:  # another drive
        place = str(source)
    digest = hashlib.sha256(os.fsencode(place)).hexdigest()
    return {"kind": kind, "of": ascii(source.name)[1:-1], "place_sha256": digest}


def _files(folder, about):
    """The files that a folder's manifest lists: dict of name → digests.

    raises : InputError when it is of another kind or source
    """
    try:
        found = reading.parsed(reading.content(folder / MANIFEST))
        files, whose = dict(found["files"]), {key: found[key] for key in about}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    if whose != about:
        raise _refused(folder, about, f"the {whose['kind']} of {whose['of']}")
    return files


def _is(folder, name, files):
    """Whether a file is there as a manifest's files (dict of name → digests) say."""
    path, digests = folder / name, files.get(name)
    if not isinstance(digests, list) or path.is_symlink() or not path.is_file():
        return False
    return _digest(path) in digests


def _digest(path):
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _note(folder, about, files):
    content = json.dumps(about | {"files": files}, indent=1) + "\n"
    atomic.write_bytes(folder / MANIFEST, content.encode())


def _refused(folder, about, what):
    return InputError(
        f"{folder} holds something else than an earlier {about['kind']} of {about['of']} as it was "
        f"written: {what}. Name another folder, or move that first."
    )


def _put(new, folder):
    """Give a new folder the name of an old one; afterwards the old one, if any, is called new."""
    if not os.path.lexists(folder):
        os.replace(new, folder)
        return
    with contextlib.suppress(OSError):
        atomic.swap(new, folder)
        return
    old = _beside(folder, "old")  # a system without swapping: `_recover` puts it back
    os.replace(folder, old)
    try:
        os.replace(new, folder)
    except OSError:
        os.replace(old, folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _beside(folder, part):
    """A hidden name that tells whose it is, and that no long name makes too long."""
    whose = hashlib.sha256(os.fsencode(folder.name)).hexdigest()[:16]
    return folder.with_name(f".{whose}-{secrets.token_hex(4)}.{part}")


def _recover(folder):
    """Put back, or delete, what a process has left that died as it replaced a folder."""
    for part in ("old", "new"):
        whose = _beside(folder, part).name.partition("-")[0]
        name = re.compile(rf"{re.escape(whose)}-[0-9a-f]{{8}}\.{part}")
        for path in folder.parent.glob(f"{whose}-*.{part}"):
            if not name.fullmatch(path.name) or path.is_symlink() or not _is_mine(path):
                continue
            if part == "old" and not os.path.lexists(folder):
                os.replace(path, folder)
                continue
            gone = _beside(folder, "new")
            os.replace(path, gone)  # at once, so that a process that still lives puts no part of it
            shutil.rmtree(gone, ignore_errors=True)


def _is_mine(path):
    return path.lstat().st_uid == getattr(os, "geteuid", lambda: 0)()
