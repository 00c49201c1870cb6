"""Who does which cell, when several runners share a folder.

A runner holds the lock of ``FOLDER/claims/<runner>.lock`` as long as it lives. A claim is a file
``FOLDER/claims/<cell>.claim``, made with O_EXCL, that names the runner. It is stale when that
lock is free: the system frees it when the process dies, whatever the clocks say.
"""

import contextlib
import os
import re
import secrets
from pathlib import Path

from helpers import reading
from helpers.errors import InputError
from helpers.study import locks

_CLAIM = re.compile(r"[a-z][a-z0-9_]*-[0-9]{3,}-[0-9]{2,}\.claim")
_LOCK = re.compile(r"[0-9a-f]{16}\.lock")


class Claims:
    """The claims of one runner; a context manager that gives them back at its end."""

    def __init__(self, folder):
        """Look at a study's folder; nothing is written before the block begins."""
        self.folder = Path(folder) / "claims"
        self.runner = secrets.token_hex(8)
        self._handle, self._mine = None, set()

    def __enter__(self):
        """Begin: let the others see that this runner lives, and drop the dead ones' claims.

        raises : InputError where the folder of claims is a link
        """
        locks.refuse_link(self.folder)
        with self._alone():
            self._handle = locks.hold(self._runner_file(self.runner))
        self.sweep()
        return self

    def __exit__(self, *_):
        """End: give all claims back."""
        for cell in list(self._mine):
            self.release(cell)
        os.close(self._handle)
        self._runner_file(self.runner).unlink(missing_ok=True)

    def take(self, cell):
        """Claim a cell; False when another runner has it."""
        path = self._path(cell)
        try:
            with self._alone():
                handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
                with os.fdopen(handle, "w") as file:
                    file.write(self.runner)
        except FileExistsError:
            return False
        except OSError as error:
            path.unlink(missing_ok=True)
            raise InputError(f"{path} could not be written: {error.strerror}.") from error
        self._mine.add(cell)
        return True

    def release(self, cell):
        """Give a claim back; nothing happens when it is not this runner's."""
        if cell in self._mine:
            self._mine.discard(cell)
            self._path(cell).unlink(missing_ok=True)

    def sweep(self):
        """Drop what dead runners have left."""
        with self._alone():
            for path in _ours(self.folder, _CLAIM):
                if not locks.is_held(self._runner_file(_owner(path))):
                    path.unlink(missing_ok=True)
            for path in _ours(self.folder, _LOCK):
                if not locks.is_held(path):
                    path.unlink(missing_ok=True)

    def _alone(self):
        return locks.exclusive(self.folder / "all")

    def _path(self, cell):
        return self.folder / f"{cell.file_name}.claim"

    def _runner_file(self, runner):
        return self.folder / f"{runner}.lock"


def in_work(folder):
    """How many cells living runners have claimed in a study's folder."""
    folder = Path(folder) / "claims"
    owners = [_owner(path) for path in _ours(folder, _CLAIM)]
    alive = {o for o in set(owners) if locks.is_held(folder / f"{o}.lock")}
    return sum(owner in alive for owner in owners)


def _owner(path):
    with contextlib.suppress(OSError, UnicodeDecodeError):
        return reading.content(path, most=16).decode().strip("\0 \n") or "nobody"
    return "nobody"


def _ours(folder, name):
    """The regular files of a folder that a runner has named."""
    return [p for p in folder.glob("*") if name.fullmatch(p.name) and not p.is_symlink()]
