"""A study as files for others: its tidy table, and its records, there and back.

``records.jsonl`` has one record a line, each with its own SHA-256, as the ledger keeps it. What
comes back is somebody else's file: no name in it becomes a path before it is checked.
"""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from helpers import atomic, columns
from helpers.errors import InputError
from helpers.study import fingerprint
from helpers.study.ledger import Ledger, opened, sealed

TABLES = (".csv", ".parquet")  # endings of a table's name
RECORDS = "records.jsonl"


@dataclass(frozen=True)
class Restored:
    """Counts of records: written, valid and there before, and refused."""

    written: int = 0
    there: int = 0
    refused: int = 0


def table_bytes(table, ending):
    """The tidy table as a file's content, ``.csv`` or ``.parquet``: bytes, the same numbers.

    raises : InputError when pyarrow, which Parquet needs, is missing, or a number is none
    """
    typed = columns.typed(table)
    if ending == ".csv":
        return typed.to_csv(index=False).encode()
    try:
        return typed.to_parquet(None, index=False, engine="pyarrow")
    except ImportError:
        raise InputError(
            "Parquet needs pyarrow: python -m pip install pyarrow, or export a CSV."
        ) from None


def write_table(folder, path):
    """Write the table of a study to a .csv or .parquet, whole or not at all; returns its rows.

    folder : the study's folder
    raises : InputError when it holds no study, or as ``table_bytes`` does
    """
    ledger, path = Ledger(folder), Path(path)
    ledger.study  # noqa: B018 - refuses a folder that holds no study
    table = ledger.table()
    atomic.write_bytes(path, table_bytes(table, path.suffix.lower()))
    return len(table)


def lines(ledger):
    """All valid records of a Ledger as bytes, one a line; second ones of a cell come last."""
    found = [*ledger.records(), *ledger.second_records()]
    return "".join(json.dumps(sealed(record), sort_keys=True) + "\n" for record in found).encode()


def restore(source, folder):
    """Bring the records of an exported study into a ledger's folder; returns Restored.

    source : folder with study.json and records.jsonl
    folder : of the ledger; made when missing, and valid records in it stay as they are
    raises : InputError when nothing in ``source`` is valid, or ``folder`` has another fingerprint
    """
    if (Path(folder) / RECORDS).exists():
        raise InputError(f"{folder} is itself an exported study: name another folder.")
    study, content = _study(source), _content(Path(source) / RECORDS)
    digest = fingerprint.digest(study)
    found = [_acceptable(opened(line), digest) for line in content.splitlines()]
    if not any(found):
        raise InputError(f"{source} has no record that is valid: export the study again.")
    ledger = Ledger(folder)
    ledger.open(study)
    return Restored(**Counter(_restore_one(ledger, record) for record in found))


def _restore_one(ledger, record):
    if record is None:
        return "refused"
    cell = record["arm"], record["repetition"], record["fold"]
    first = ledger.read(*cell)
    if first == record or (first and record in ledger.second_records()):
        return "there"
    ledger.write(record)
    return "written"


def _study(source):
    study = Ledger(source).study
    if not isinstance(study, dict) or not isinstance(study.get("protocol"), dict):
        raise InputError(f"{source} holds no study's fingerprint: export the study again.")
    return study


def _content(path):
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: name the folder of an export.") from error


def _acceptable(record, digest):
    """The record, or None when it is of another study, or its parts are not what they should be."""
    if record is None or record.get("fingerprint_sha256", digest) != digest:
        return None
    return record if columns.is_sound(record) else None
