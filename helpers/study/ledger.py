"""The ledger: all records of a study, one immutable file a cell.

``FOLDER/study.json`` holds the fingerprint; ``FOLDER/<arm>/<repetition>/<fold>.json`` a record
with its own SHA-256. A file that is torn or changed is refused, so its cell is run again.
"""

import hashlib
import json
from pathlib import Path

import pandas as pd

from helpers import atomic
from helpers.errors import InputError
from helpers.study import fingerprint

COLUMNS = ["arm", "repetition", "fold", "patient", "dsc_percent", "weights_sha256"]


class Ledger:
    """The records of the study in one folder."""

    def __init__(self, folder):
        """Look at a folder; nothing is written."""
        self.folder = Path(folder)

    @property
    def study(self):
        """The content of study.json; InputError when this folder holds no study."""
        path = self.folder / "study.json"
        try:
            return json.loads(path.read_text())
        except FileNotFoundError:
            raise InputError(f"{self.folder} holds no study: start one with 'run --out'.") from None
        except (OSError, ValueError) as error:
            raise InputError(f"{path} cannot be read: restore it or start elsewhere.") from error

    def open(self, prints):
        """Start a study under a fingerprint, or go on with it.

        raises : InputError naming what changed when the study has another fingerprint
        """
        path = self.folder / "study.json"
        if not path.exists():
            atomic.write_bytes(path, _json(prints))
        changed = fingerprint.differences(self.study, json.loads(_json(prints)))
        if changed:
            raise InputError(
                f"{self.folder} was made under another fingerprint, and the two are not mixed: "
                f"{'; '.join(changed)}. Use another folder."
            )

    def write(self, record):
        """Keep one record; returns its path."""
        path = self._path(record["arm"], record["repetition"], record["fold"])
        content = record | {"sha256": _digest(record)}
        return atomic.write_bytes(path, _json(content))

    def read(self, arm, repetition, fold):
        """One record as a dict, or None where it is missing, torn or changed."""
        try:
            record = json.loads(self._path(arm, repetition, fold).read_bytes())
            stored = record.pop("sha256")
            named = (record["arm"], record["repetition"], record["fold"])
        except (OSError, ValueError, KeyError, AttributeError, TypeError):
            return None
        return record if stored == _digest(record) and named == (arm, repetition, fold) else None

    def records(self):
        """All valid records, ordered by arm, repetition and fold."""
        found = []
        for path in sorted(self.folder.glob("*/[0-9]*/[0-9]*.json")):
            cell = (path.parts[-3], _number(path.parts[-2]), _number(path.stem))
            record = self.read(*cell)
            if record is not None:
                found.append(record)
        return found

    def table(self):
        """One row a patient and cell, columns ``COLUMNS``, DSC in %."""
        rows = [
            {**{k: r[k] for k in COLUMNS if k in r}, "patient": patient, "dsc_percent": dsc}
            for r in self.records()
            for patient, dsc in sorted(r["dsc_percent"].items())
        ]
        return pd.DataFrame(rows, columns=COLUMNS)

    def _path(self, arm, repetition, fold):
        return self.folder / arm / f"{repetition:03d}" / f"{fold:02d}.json"


def _number(text):
    return int(text) if text.isdigit() else -1


def _json(content):
    return (json.dumps(content, indent=1, sort_keys=True) + "\n").encode()


def _digest(record):
    return hashlib.sha256(_json(record)).hexdigest()
