"""The ledger: all records of a study, one immutable file a cell.

``FOLDER/study.json`` holds the fingerprint; ``FOLDER/<arm>/<repetition>/<fold>.json`` a record
with its own SHA-256. A file that is torn or changed is refused, so its cell is run again; so is
one that was made under another fingerprint. A valid record is never overwritten: a second one of
the same cell is kept beside it as evidence, ``<fold>-again-<digest>.json``, and one of another
fingerprint as ``<fold>-foreign-<digest>.json``. Kept masks lie beside their record and are there
before it; where they are lost the cell is run again, and the record gives its name to the new one.
"""

import contextlib
import hashlib
import json
import os
from pathlib import Path

from helpers import atomic, columns, reading
from helpers.errors import InputError
from helpers.learning.arms import ARMS
from helpers.study import fingerprint, kept_masks, locks

FORMAT = 1  # of a record; one of another format is run again


class Ledger:
    """The records of the study in one folder."""

    def __init__(self, folder):
        """Look at a folder; nothing is written."""
        self.folder, self._prints = Path(folder), None

    @property
    def study(self):
        """The content of study.json; InputError when this folder holds no study."""
        path = self.folder / "study.json"
        try:
            found = reading.parsed(reading.content(path))
        except FileNotFoundError:
            raise InputError(f"{self.folder} holds no study: start one with 'run --out'.") from None
        except (OSError, ValueError) as error:
            raise InputError(f"{path} cannot be read: restore it or start elsewhere.") from error
        if not fingerprint.is_sound(found):
            raise InputError(f"{path} holds no fingerprint: restore it or start elsewhere.")
        return found

    def open(self, prints):
        """Start a study under a fingerprint, or go on with it.

        raises : InputError naming what changed when the study has another fingerprint
        """
        path = self.folder / "study.json"
        with self._alone():
            for folder in self.folder.glob("*/[0-9]*/"):
                atomic.sweep(folder)  # a process died as it wrote; whoever writes holds the lock
            if not path.exists():
                atomic.write_bytes(path, _json(prints))
        changed = fingerprint.differences(self.study, json.loads(_json(prints)))
        if changed:
            raise InputError(
                f"{self.folder} was made under another fingerprint, and the two are not mixed: "
                f"{'; '.join(changed)}. Use another folder."
            )

    def write(self, record, masks=None):
        """Keep one record, and the content (bytes) of its masks' file; returns the record's path.

        Beside a valid record of the same cell it is kept as a second one; see ``duplicates``.
        """
        cell = record["arm"], record["repetition"], record["fold"]
        with self._alone():
            path = self._path(*cell)
            self._refuse_links(path)
            self._write_masks(record, masks)
            found = _read(path)
            if found and self._is_foreign(found):
                path.replace(_beside(path, "foreign", found))
            elif masks is not None and self.read(*cell) and not self.is_done(*cell):
                path.replace(_beside(path, "again", found))  # its masks are lost for good
            elif self.read(*cell) not in (None, record):
                path = _beside(path, "again", record)
            elif found is None and os.path.lexists(path):
                atomic.set_aside(path)  # torn, or somebody else's: nobody can tell
            return atomic.write_bytes(path, _json(sealed(record)))

    def read(self, arm, repetition, fold):
        """One record as a dict, or None where it is missing, torn, changed or foreign."""
        record = _read(self._path(arm, repetition, fold))
        if record is None or _cell(record) != (arm, repetition, fold) or self._is_foreign(record):
            return None
        return record

    def is_done(self, arm, repetition, fold):
        """Whether a cell has its record, and the masks that this names, if it names any."""
        record = self.read(arm, repetition, fold)
        return record is not None and kept_masks.are_whole(self.folder, record)

    def foreign(self):
        """The valid records of another fingerprint, which count for nothing, by their names."""
        paths = sorted(self.folder.glob("*/[0-9]*/[0-9]*.json"))
        return [r for r in map(_read, paths) if r is not None and self._is_foreign(r)]

    def holds(self, cell):
        """Whether there is a file for a Cell; quick, for progress alone, since it is not read."""
        return self._path(cell.arm, cell.repetition, cell.fold).exists()

    def records(self):
        """All valid records, ordered by arm, repetition and fold."""
        found = []
        for path in sorted(self.folder.glob("*/[0-9]*/[0-9]*.json")):
            cell = (path.parts[-3], _number(path.parts[-2]), _number(path.stem))
            record = self.read(*cell) if path == self._path(*cell) else None
            if record is not None:
                found.append(record)
        return sorted(found, key=_cell)

    def second_records(self):
        """The valid second records of cells that were done twice, ordered by their names."""
        paths = sorted(self.folder.glob("*/[0-9]*/[0-9]*-again-*.json"))
        found = [r for r in map(_read, paths) if r is not None and not self._is_foreign(r)]
        return [record for record in found if self.read(*_cell(record))]

    def duplicates(self):
        """Cells that were done twice: list of (cell, whether both have the same weights)."""
        found = []
        for again in self.second_records():
            first = self.read(*_cell(again))
            found.append((_cell(again), first["weights_sha256"] == again["weights_sha256"]))
        return found

    def table(self):
        """One row a patient and cell, with the columns of ``helpers.columns``."""
        import pandas as pd

        found = [row for record in self.records() for row in columns.rows(record)]
        return columns.typed(pd.DataFrame(found, columns=columns.NAMES))

    def _is_foreign(self, record):
        """Whether a record names another fingerprint than the study's, where both have one, or
        was made by an arm that did something else then."""
        if self._prints is None:
            with contextlib.suppress(InputError):
                self._prints = fingerprint.digest(self.study)
        named = record.get("fingerprint_sha256")
        if named and self._prints and named != self._prints:
            return True
        arm = ARMS.get(record["arm"])
        return arm is not None and record.get("behaviour", arm.record) != arm.record

    def keep_masks(self, record, masks):
        """Write the masks' file of a record that is there, where the file is lost."""
        with self._alone():
            self._refuse_links(self._path(*_cell(record)))
            self._write_masks(record, masks)

    def _write_masks(self, record, masks):
        """Write a masks' file unless it is there; what stands there and is none is set aside."""
        if masks is None:
            return
        path = kept_masks.path(self.folder, record)
        with contextlib.suppress(OSError):
            if kept_masks.sound(path):
                return
        if os.path.lexists(path):
            atomic.set_aside(path)
        atomic.write_bytes(path, masks)

    def _refuse_links(self, path):
        """InputError where a record would be written through a link to another place."""
        for folder in (path.parent, path.parent.parent):
            locks.refuse_link(folder)

    def _alone(self):
        return locks.exclusive(self.folder / ".lock")

    def _path(self, arm, repetition, fold):
        return self.folder / arm / f"{repetition:03d}" / f"{fold:02d}.json"


def sealed(record):
    """The record (dict) as it is kept: with its format and its own SHA-256."""
    content = record | {"format": FORMAT}
    return content | {"sha256": _digest(content)}


def opened(content):
    """The record in some bytes of JSON, white space aside; None where it is torn or changed."""
    try:
        record = reading.parsed(content)
        whole = record.pop("sha256") == _digest(record) and record.pop("format") == FORMAT
        return record if whole and columns.is_sound(record) else None
    except (ValueError, KeyError, AttributeError, TypeError):
        return None


def _read(path):
    try:
        return opened(reading.content(path))
    except OSError:
        return None


def _beside(path, kind, record):
    return path.with_name(f"{path.stem}-{kind}-{_digest(record)[:12]}.json")


def _cell(record):
    return record["arm"], record["repetition"], record["fold"]


def _number(text):
    return int(text) if text.isdecimal() and text.isascii() else -1


def _json(content):
    return (json.dumps(content, indent=1, sort_keys=True) + "\n").encode()


def _digest(record):
    return hashlib.sha256(_json(record)).hexdigest()
