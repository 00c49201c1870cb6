"""A second folder for the records, such as a mounted Drive, that may be slow, lose or refuse.

The local folder is the truth: nothing in it is ever deleted or changed. What the second folder
lacks, or has damaged, is written there again and read back. Copying happens in a thread of its
own, so a folder that hangs delays a study by ``LIMIT_S`` at its end and never before.
"""

import hashlib
import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from helpers import atomic
from helpers.errors import InputError

LIMIT_S = 60
_PAUSE_S = 10


@dataclass(frozen=True)
class Copied:
    """Counts of one pass: files written and read back, files that were there, and not."""

    written: int
    there: int
    refused: int


def copy(source, target, seconds=LIMIT_S):
    """Bring the records of one study's folder to another; returns Copied.

    seconds : no file is begun after so many; what is left counts as refused
    Nothing is deleted on either side, and no error of the second folder is raised. To fetch a
    study back, change the sides.
    """
    started, counts = time.monotonic(), {"written": 0, "there": 0, "refused": 0}
    for path in records(source):
        late = time.monotonic() - started > seconds
        counts["refused" if late else _copy_one(path, Path(target) / path.relative_to(source))] += 1
    return Copied(**counts)


def records(folder):
    """study.json and the record files of a folder, sorted; those that can be read at present."""
    return sorted([*Path(folder).glob("study.json"), *Path(folder).glob("*/[0-9]*/[0-9]*.json")])


class Mirror:
    """Copies as records come; a context manager. Does nothing when ``target`` is None."""

    def __init__(self, source, target, limit=LIMIT_S):
        """Mirror folder ``source`` to ``target``; wait ``limit`` seconds for it at the end."""
        self._source, self._target, self._limit = source, target, limit
        self._thread, self._last = None, -float("inf")

    def __enter__(self):
        """Begin."""
        return self

    def __exit__(self, *_):
        """Copy what is left, and wait for it, but not for ever."""
        ending = time.monotonic() + self._limit
        self._wait(ending)
        self._start()
        self._wait(ending)

    def update(self, *_):
        """Copy in the background, every ten seconds at most; what is under way is left alone."""
        if time.monotonic() - self._last > _PAUSE_S:
            self._start()

    def _start(self):
        if self._target and not (self._thread and self._thread.is_alive()):
            arguments = self._source, self._target, self._limit
            self._thread = threading.Thread(target=copy, args=arguments, daemon=True)
            self._thread.start()
            self._last = time.monotonic()

    def _wait(self, ending):
        if self._thread:
            self._thread.join(max(0, ending - time.monotonic()))


def _copy_one(path, other):
    try:
        content = path.read_bytes()
        if _same(other, content):
            return "there"
        atomic.write_bytes(other, content)
        return "written" if _same(other, content) else "refused"
    except (OSError, InputError):
        return "refused"


def _same(path, content):
    try:
        if os.stat(path).st_size != len(content):
            return False
        return hashlib.sha256(path.read_bytes()).digest() == hashlib.sha256(content).digest()
    except OSError:
        return False
