"""What ships with the package: finished studies, and other measured tables, each with its machine.

A study is one compact table, one row a patient and cell; the JSON file beside it says what the
records were made with and how long a cell took. Both come from a ledger by ``keep`` and from
nowhere else.
"""

import gzip
import hashlib
import json
import statistics
from collections import Counter
from importlib.resources import files
from pathlib import Path

from helpers import atomic, columns
from helpers.errors import InputError
from helpers.study.ledger import Ledger

SHIPPED = files("helpers.reference")


def keep(folder, name, out=SHIPPED):
    """Write a study's whole repetitions as ``name``.csv.gz and ``name``.json into ``out``.

    folder : the study's folder; a repetition that lacks a fold is left out, and counted
    raises : InputError when it holds no study, or no repetition is whole
    """
    ledger = Ledger(folder)
    study, every = ledger.study, ledger.records()
    records = _whole(every, study["protocol"]["folds"])
    if not records:
        raise InputError(f"{folder} holds no whole repetition yet: let one finish first.")
    table = ledger.table().merge(_partings(records), on=list(columns.CELL))
    content = gzip.compress(table.to_csv(index=False).encode(), mtime=0)
    atomic.write_bytes(Path(out) / f"{name}.csv.gz", content)
    about = {
        "fingerprint": study,
        "arms": _counts(records),
        "cells_left_out": len(every) - len(records),
        "done_twice": [[*cell, same] for cell, same in ledger.duplicates()],
        "table_sha256": hashlib.sha256(content).hexdigest(),
    }
    atomic.write_bytes(Path(out) / f"{name}.json", (json.dumps(about, indent=1) + "\n").encode())


def table(name, out=SHIPPED):
    """The tidy table of a finished study: the columns of ``Ledger.table`` and ``parts_at``.

    ``parts_at`` says when a cell first differs from the same fold of repetition 0: "step 3" of
    the first ten, "epoch 2", or nothing if it never does.
    raises : InputError when there is no such study, or its table is not the one that was kept
    """
    import pandas as pd

    path = Path(out) / f"{name}.csv.gz"
    if hashlib.sha256(_bytes(path)).hexdigest() != about(name, out)["table_sha256"]:
        raise InputError(f"{path} is not the table that was kept: restore it.")
    kinds = dict.fromkeys((*columns.NAMES, "parts_at"), str) | columns.NUMBERS
    missing = dict.fromkeys(columns.MEASURES, "")
    return pd.read_csv(path, dtype=kinds, keep_default_na=False, na_values=missing)


def measured(name):
    """The measured table called ``name``, such as "switches" or "probes_cpu", as a frame."""
    import io

    import pandas as pd

    return pd.read_csv(io.BytesIO(_bytes(SHIPPED / f"{name}.csv")))


def about(name, out=SHIPPED):
    """What a finished study was made with: its fingerprint, and cells and seconds of each arm."""
    return json.loads(_bytes(Path(out) / f"{name}.json"))


def provenance(name, out=SHIPPED):
    """The same as a sentence."""
    told = about(name, out)
    prints = told["fingerprint"]
    p = prints["protocol"]
    cells = sum(arm["cells"] for arm in told["arms"].values())
    versions = ", ".join(f"{k} {v}" for k, v in prints["packages"].items())
    return (
        f"{cells:,} trainings: {p['patients']} phantom patients in {p['folds']} folds, slices of "
        f"{p['size']} × {p['size']}, {p['epochs']} epochs of mini-batches of {p['batch']} (about "
        f"{_steps(p)} steps) at a rate of {p['learning_rate']:g}, loop {p['loop']}, "
        f"{p['batch_norm']} batch norm; on {prints['gpu'] or prints['cpu']['model']}, "
        f"{prints['cores']} cores, {versions}, Python {prints['python']}."
    )


def _steps(p):
    slices = p["patients"] * (1 - 1 / p["folds"]) * p["phantom_slices"]
    return round(p["epochs"] * slices / p["batch"])


def partings(table):
    """How many cells of each arm part where: (arm × place), cells of repetition 0 left out."""
    import pandas as pd

    cells = table[table["repetition"] > 0].drop_duplicates(list(columns.CELL))
    places = cells["parts_at"].replace("", "never")
    counts = pd.crosstab(cells["arm"], places)
    return counts[sorted(counts.columns, key=_place)]


def _place(name):
    """Steps before epochs before never, each in the order of its number."""
    kind, _, number = name.partition(" ")
    return ["step", "epoch", "never"].index(kind), int(number or 0)


def _whole(records, folds):
    done = Counter((r["arm"], r["repetition"]) for r in records)
    return [r for r in records if done[r["arm"], r["repetition"]] == folds]


def _partings(records):
    import pandas as pd

    first = {(r["arm"], r["fold"]): r for r in records if r["repetition"] == 0}
    return pd.DataFrame(
        [
            {k: r[k] for k in columns.CELL} | {"parts_at": _parts_at(first.get(_of(r)), r)}
            for r in records
        ]
    )


def _of(record):
    return record["arm"], record["fold"]


def _parts_at(first, record):
    """Where a record's digests first differ from those of the first one; "" if nowhere."""
    for kind in ("step", "epoch"):
        histories = [r[f"{kind}s_sha256"] for r in (first or record, record)]
        for number, (one, other) in enumerate(zip(*histories, strict=True), 1):
            if one != other:
                return f"{kind} {number}"
    return ""


def _counts(records):
    seconds = {}
    for record in records:
        seconds.setdefault(record["arm"], []).append(record["seconds"])
    return {
        arm: {"cells": len(s), "median_seconds": round(statistics.median(s), 3)}
        for arm, s in seconds.items()
    }


def _bytes(path):
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(
            f"No {path.name} ships with this version: see helpers/reference."
        ) from error
