"""How a study becomes one that ships: its whole repetitions as a table, and what made them.

Both come from ledgers, by ``keep`` and by ``sittings``, and from nowhere else; ``shipped`` reads
them.
"""

import gzip
import hashlib
import json
import statistics
import tempfile
from collections import Counter
from itertools import count
from pathlib import Path

from helpers import atomic, columns
from helpers.errors import InputError
from helpers.study import shipped
from helpers.study.ledger import Ledger
from helpers.study.shipped import SHIPPED


def keep(folder, name, out=SHIPPED):
    """Write a study's whole repetitions as ``name``.csv.gz and ``name``.json into ``out``.

    Where held-out patients were looked at by epoch, ``name``_epochs.csv.gz has that too.
    folder : the study's folder; a repetition that lacks a fold is left out, and counted
    raises : InputError when it holds no study, or no repetition is whole
    """
    ledger = Ledger(folder)
    study, every = ledger.study, ledger.records()
    records = _whole(every, study["protocol"]["folds"])
    if not records:
        raise InputError(f"{folder} holds no whole repetition yet: let one finish first.")
    table = ledger.table().merge(_partings(records, every), on=list(columns.CELL))
    digests = {"table_sha256": write(table, Path(out) / f"{name}.csv.gz")}
    lengths = _by_epoch(records, study["protocol"].get("judge_every", 0))
    if len(lengths):
        digests["epochs_sha256"] = write(lengths, Path(out) / f"{name}_epochs.csv.gz")
    about = {
        "fingerprint": study,
        "arms": _counts(records),
        "cells_left_out": len(every) - len(records),
        "left_out": _left_out(every, records),
        "done_twice": [[*cell, same] for cell, same in ledger.duplicates()],
        "records": sorted(map(_name_of, records)),
        **digests,
    }
    write_about(about, Path(out) / f"{name}.json")


def keep_together(folders, column, name, out=SHIPPED):
    """Write studies as one table that tells them apart by ``column``, and what each was made with.

    folders : dict of what ``column`` says → folder of a study
    returns : the table
    raises  : InputError as `keep` does
    """
    import pandas as pd

    tables, studies = [], {}
    with tempfile.TemporaryDirectory() as place:
        for label, folder in folders.items():
            keep(folder, name, place)
            tables.append(shipped.table(name, place).assign(**{column: label}))
            own = shipped.about(name, place)
            studies[str(label)] = {k: v for k, v in own.items() if not k.endswith("_sha256")}
    every = pd.concat(tables, ignore_index=True)
    digest = write(every, Path(out) / f"{name}.csv.gz")
    write_about({"studies": studies, "table_sha256": digest}, Path(out) / f"{name}.json")
    return every


def _whole(records, folds):
    done = Counter((r["arm"], r["repetition"]) for r in records)
    return [r for r in records if done[r["arm"], r["repetition"]] == folds]


def _left_out(every, kept):
    """Of each arm, the cells of repetitions that are not whole, and what they say all the same.

    returns : dict of arm → dict: cells, how many were compared with a kept repetition 0, and how
              many of these have its weights
    """
    there = {(r["arm"], r["repetition"]) for r in kept}
    first = {_of(r): r["weights_sha256"] for r in kept if r["repetition"] == 0}
    found = {}
    for r in every:
        if (r["arm"], r["repetition"]) not in there:
            told = found.setdefault(r["arm"], {"cells": 0, "compared": 0, "alike": 0})
            told["cells"] += 1
            told["compared"] += _of(r) in first
            told["alike"] += first.get(_of(r)) == r["weights_sha256"]
    return found


def _partings(records, every):
    """Where each record parts from its fold's repetition 0, whole or not: a frame.

    raises : InputError where a fold has none
    """
    import pandas as pd

    first = {_of(r): r for r in every if r["repetition"] == 0}
    for record in records:
        if _of(record) not in first:
            raise InputError(
                f"{record['arm']} has no repetition 0 of fold {record['fold']}, from which the "
                "others could part: run it first."
            )
    return pd.DataFrame(
        [
            {k: r[k] for k in columns.CELL} | {"parts_at": _parts_at(first[_of(r)], r)}
            for r in records
        ]
    )


def _of(record):
    return record["arm"], record["fold"]


def _parts_at(first, record):
    """Where a record's digests first differ from those of the first one; "" if nowhere."""
    for kind in ("step", "epoch"):
        histories = [r[f"{kind}s_sha256"] for r in (first, record)]
        for number, (one, other) in enumerate(zip(*histories, strict=True), 1):
            if one != other:
                return f"{kind} {number}"
    return ""


def _name_of(record):
    """A few digits of a record's digest, which no other training of the same cell shares."""
    return hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()[:16]


def write_about(about, path):
    """Write what is said of a study as JSON."""
    atomic.write_bytes(path, (json.dumps(about, indent=1) + "\n").encode())


def write(table, path):
    """Write a frame as packed CSV; returns the SHA-256 of the file."""
    content = gzip.compress(table.to_csv(index=False).encode(), mtime=0)
    atomic.write_bytes(path, content)
    return hashlib.sha256(content).hexdigest()


def _by_epoch(records, every):
    """One row a patient, cell and epoch that was looked at; DSC to 0.0001 points."""
    import pandas as pd

    return pd.DataFrame(
        [
            {k: r[k] for k in columns.CELL}
            | {"epoch": epoch, "loss": round(r["epochs_loss"][epoch - 1], 6)}
            | {"patient": patient, "dsc_percent": round(value, 4)}
            for r in records
            for patient, seen in sorted(r.get("epochs_dsc_percent", {}).items())
            for epoch, value in zip(count(every, every), seen, strict=False)
        ]
    )


def _counts(records):
    seconds = {}
    for record in records:
        seconds.setdefault(record["arm"], []).append(record["seconds"])
    return {
        arm: {"cells": len(s), "median_seconds": round(statistics.median(s), 3)}
        for arm, s in seconds.items()
    }
