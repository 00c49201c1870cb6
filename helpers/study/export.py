"""A study as files for others: its tidy table, and its records, there and back.

``records.jsonl`` has one record a line, each with its own SHA-256, as the ledger keeps it, and
``masks.jsonl``, where masks were kept, one array a line, which records name by its SHA-256. What
comes back is somebody else's file: no name in it becomes a path before it is checked.
"""

import io
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from helpers import atomic, columns, ours, reading
from helpers.errors import InputError
from helpers.learning.arms import ARMS
from helpers.study import fingerprint, kept_masks
from helpers.study.ledger import Ledger, opened, sealed

TABLES = (".csv", ".parquet")  # endings of a table's name
RECORDS, MASKS = "records.jsonl", "masks.jsonl"
_MOST = 4 * 2**30  # bytes of an earlier table


@dataclass(frozen=True)
class Restored:
    """Counts of records: written, valid and there before, refused; and of those without masks.

    maskless : those of the first two kinds that name masks which neither side has
    """

    written: int = 0
    there: int = 0
    refused: int = 0
    maskless: int = 0


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
    raises : InputError when it holds no study, when ``path`` is anything but an earlier table of
             it, or as ``table_bytes`` does
    """
    ledger, path = Ledger(folder), ours.refuse_links(path)
    ledger.study  # noqa: B018 - refuses a folder that holds no study
    table = ledger.table()
    if path.exists() and not _rows(path) <= set(table_bytes(table, ".csv").splitlines()):
        raise InputError(
            f"{path} holds what this study's table does not: name another file, or move it first."
        )
    atomic.write_bytes(path, table_bytes(table, path.suffix.lower()))
    return len(table)


def _rows(path):
    """The rows of a table that was exported, as lines of a CSV; of another file whatever it has."""
    import pandas as pd

    try:
        content = reading.content(path, most=_MOST)
        if path.suffix.lower() != ".csv":
            found = pd.read_parquet(io.BytesIO(content), engine="pyarrow")
            content = table_bytes(found, ".csv")
        return set(content.splitlines())
    except (ImportError, OSError, ValueError):
        return {b"no table"}


def lines(ledger):
    """All valid records of a Ledger as bytes, one a line; second ones of a cell come last."""
    found = [*ledger.records(), *ledger.second_records()]
    return "".join(json.dumps(sealed(record), sort_keys=True) + "\n" for record in found).encode()


def masks(ledger):
    """All kept arrays of a Ledger as bytes, one a line, each once; empty where none are kept."""
    found = [*ledger.records(), *ledger.second_records()]
    files = {kept_masks.path(ledger.folder, r) for r in found if kept_masks.keeps(r)}
    whole = [text for text in map(_sound, sorted(files)) if text]
    return kept_masks.content(json.loads(line) for text in whole for line in text.splitlines())


def _sound(path):
    try:
        return kept_masks.sound(path)
    except OSError:
        return None


def restore(source, folder):
    """Bring the records of an exported study into a ledger's folder; returns Restored.

    source : folder with study.json, records.jsonl and, where masks were kept, masks.jsonl
    folder : of the ledger; made when missing, and valid records in it stay as they are
    raises : InputError when nothing in ``source`` is valid, or ``folder`` has another fingerprint
    """
    if (Path(folder) / RECORDS).exists():
        raise InputError(f"{folder} is itself an exported study: name another folder.")
    study, path = _study(source), Path(source) / RECORDS
    digest = fingerprint.digest(study)
    if not any(_acceptable(line, digest) for line in _lines(path)):
        raise InputError(f"{source} has no record that is valid: export the study again.")
    ledger = Ledger(folder)
    ledger.open(study)
    again = {sealed(record)["sha256"] for record in ledger.second_records()}
    arrays = _arrays(Path(source) / MASKS)
    counts = Counter()
    for record in (_acceptable(line, digest) for line in _lines(path)):
        counts[_restore_one(ledger, record, again, _own(record, arrays))] += 1
        counts["maskless"] += record is not None and not kept_masks.are_whole(ledger.folder, record)
    return Restored(**counts)


def _restore_one(ledger, record, again, content):
    """What became of a record; ``again`` holds the digests of the second ones that are there.

    content : of its masks' file, or None
    """
    if record is None:
        return "refused"
    first, own = ledger.read(*(record[k] for k in columns.CELL)), sealed(record)["sha256"]
    if first == record or own in again:
        ledger.keep_masks(record, content)
        return "there"
    ledger.write(record, content)
    if first:
        again.add(own)
    return "written"


def _arrays(path):
    """The sound lines of a file of kept arrays: dict of digest → line; empty without a file."""
    try:
        found = ((kept_masks.opened(one), one) for one in reading.lines(path, kept_masks.LONGEST))
        return {digest: one.strip() for arrays, one in found if arrays for digest in arrays}
    except OSError:
        return {}


def _own(record, arrays):
    """The content of a record's masks' file; None where it names none, or one that is not there."""
    if record is None or not kept_masks.keeps(record):
        return None
    named = sorted(kept_masks.named(record))
    return b"".join(arrays[n] + b"\n" for n in named) if arrays.keys() >= set(named) else None


def _study(source):
    study = Ledger(source).study
    if not isinstance(study, dict) or not isinstance(study.get("protocol"), dict):
        raise InputError(f"{source} holds no study's fingerprint: export the study again.")
    return study


def _lines(path):
    """The lines of the records' file, one at a time; an empty file has none."""
    try:
        yield from reading.lines(path)
    except OSError as error:
        raise InputError(f"{path} cannot be read: name the folder of an export.") from error


def _acceptable(line, digest):
    """The record in a line; None when it is none, of another study, or of an arm unknown here."""
    record = opened(line)
    if record is None or record.get("fingerprint_sha256", digest) != digest:
        return None
    return record if record["arm"] in ARMS else None
