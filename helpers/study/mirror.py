"""A second folder for the records, such as a mounted Drive, that may be slow, lose or refuse.

What the second folder lacks, or has damaged, is written there again and read back. A damaged
record is never copied, a valid one never replaced by another unless it stands beside it under
another name, and another study's folder is left alone; what is there and is no record is given
another name first. Kept masks are copied as records are. This holds in both directions.
Copying happens in a thread of its own, so a folder that hangs delays a study by ``LIMIT_S`` at its
end and never before.
"""

import json
import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from helpers import atomic, reading
from helpers.errors import InputError
from helpers.study import kept_masks, progress
from helpers.study.ledger import opened

LIMIT_S = 60
_PAUSE_S, _SHARE = 10, 10  # a pass waits ten seconds, and ten times what the last one took


@dataclass(frozen=True)
class Copied:
    """Counts of one pass: files written and read back, files that were there, and not."""

    written: int
    there: int
    refused: int


def copy(source, target, seconds=LIMIT_S, proved=None):
    """Bring the records of one study's folder to another; returns Copied.

    seconds : no file is begun after so many; what is left counts as refused
    proved  : set of the files that earlier passes saw there, which are not read again; it gets
              those that this one sees
    Nothing is deleted on either side, and no error of the second folder is raised. To fetch a
    study back, change the sides.
    """
    proved = set() if proved is None else proved
    started, counts = time.monotonic(), {"written": 0, "there": 0, "refused": 0}
    other = _is_another_study(Path(source), Path(target))
    for path in records(source):
        to = Path(target) / path.relative_to(source)
        if path in proved and to.exists():
            found = "there"
        elif other or time.monotonic() - started > seconds:
            found = "refused"
        else:
            found = _copy_one(path, to)
        counts[found] += 1
        proved |= {path} if found != "refused" else set()
    return Copied(**counts)


def records(folder):
    """study.json, records and kept masks of a folder, by name; those that can be read at present.

    study.json comes first, since no record counts without it; a cell's masks before its record, so
    that a copy that ends early lacks no masks.
    """
    patterns = "*/[0-9]*/[0-9]*.json", "*/[0-9]*/[0-9]*-*.masks"
    found = sorted(path for pattern in patterns for path in Path(folder).glob(pattern))
    return [*Path(folder).glob("study.json"), *found]


class Mirror:
    """Copies as records come; a context manager. Does nothing when ``target`` is None."""

    def __init__(self, source, target, limit=LIMIT_S):
        """Mirror folder ``source`` to ``target``; wait ``limit`` seconds for it at the end."""
        self._source, self._target, self._limit = source, target, limit
        self._thread, self._next, self._copied = None, -float("inf"), None
        self._proved = set()

    def __enter__(self):
        """Begin."""
        return self

    def __exit__(self, *_):
        """Copy what is left, wait for it, but not for ever, and say what is not there."""
        ending = time.monotonic() + self._limit
        self._wait(ending)
        self._copied = None
        self._start()
        self._wait(ending)
        if self._target and (self._copied is None or self._copied.refused):
            lacks = f"{self._copied.refused} files" if self._copied else "some files"
            progress.tell(f"{self._target} lacks {lacks}: the same command tries again.")

    def update(self, *_):
        """Copy in the background, every ten seconds at most; what is under way is left alone."""
        if time.monotonic() > self._next:
            self._start()

    def _start(self):
        if self._target and not (self._thread and self._thread.is_alive()):
            self._thread = threading.Thread(target=self._pass, daemon=True)
            self._thread.start()

    def _pass(self):
        started = time.monotonic()
        self._copied = copy(self._source, self._target, self._limit, self._proved)
        ended = time.monotonic()
        self._next = ended + max(_PAUSE_S, _SHARE * (ended - started))

    def _wait(self, ending):
        if self._thread:
            self._thread.join(max(0, ending - time.monotonic()))


def _is_another_study(folder, other):
    """Whether both hold a study, and not the same."""
    one, two = (_sound(path / "study.json") for path in (folder, other))
    return None not in (one, two) and json.loads(one) != json.loads(two)


def _copy_one(path, other):
    try:
        content, there = _sound(path), _sound(other)
        if content is None or _is_linked(other):
            return "refused"
        if there == content or (there and path.suffix == kept_masks.SUFFIX):
            return "there"  # masks are what their name says, however they are compressed
        if there is not None and not _stands_beside(other, there):
            return "refused"
        if there is None and os.path.lexists(other):
            atomic.set_aside(other)  # damaged, or somebody else's: nobody can tell
        atomic.write_bytes(other, content)
        return "written" if _sound(other) == content else "refused"
    except (OSError, InputError):
        return "refused"


def _stands_beside(path, content):
    """Whether a record is kept under a second name too, since the masks of the first were lost."""
    return any(_sound(again) == content for again in path.parent.glob(f"{path.stem}-again-*.json"))


def _is_linked(path):
    """Whether a record would be written through a link to another place."""
    return path.name != "study.json" and (path.parent.is_symlink() or path.parents[1].is_symlink())


def _sound(path):
    """The bytes of study.json, a valid record or masks; None where it is missing or damaged."""
    try:
        if path.suffix == kept_masks.SUFFIX:
            return kept_masks.sound(path)
        content = reading.content(path)
        whole = reading.parsed(content) if path.name == "study.json" else opened(content)
    except (OSError, ValueError):
        return None
    return content if whole is not None else None
