"""What ships with the package: finished studies, and other measured tables, each with its machine.

A study is one compact table, one row a patient and cell; the JSON file beside it says what the
records were made with and how long a cell took. Both come from a ledger by ``keep`` and from
nowhere else.
"""

import gzip
import hashlib
import json
import statistics
import tempfile
from collections import Counter
from importlib.resources import files
from itertools import count
from pathlib import Path

from helpers import atomic, columns
from helpers.errors import InputError
from helpers.study.ledger import Ledger

SHIPPED = files("helpers.reference")
_PEOPLE = {  # and how many slices each has, where that is no number of the protocol
    "phantom": ("phantom patients", None),
    "hippocampus": ("real persons (hippocampus)", 35.5),
}


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
    table = ledger.table().merge(_partings(records), on=list(columns.CELL))
    digests = {"table_sha256": _write(table, Path(out) / f"{name}.csv.gz")}
    lengths = _by_epoch(records, study["protocol"].get("judge_every", 0))
    if len(lengths):
        digests["epochs_sha256"] = _write(lengths, Path(out) / f"{name}_epochs.csv.gz")
    about = {
        "fingerprint": study,
        "arms": _counts(records),
        "cells_left_out": len(every) - len(records),
        "done_twice": [[*cell, same] for cell, same in ledger.duplicates()],
        **digests,
    }
    _write_about(about, Path(out) / f"{name}.json")


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
            tables.append(table(name, place).assign(**{column: label}))
            own = about(name, place)
            studies[str(label)] = {k: v for k, v in own.items() if not k.endswith("_sha256")}
    every = pd.concat(tables, ignore_index=True)
    digest = _write(every, Path(out) / f"{name}.csv.gz")
    _write_about({"studies": studies, "table_sha256": digest}, Path(out) / f"{name}.json")
    return every


def table(name, out=SHIPPED):
    """The tidy table of a finished study: the columns of ``Ledger.table`` and ``parts_at``.

    ``parts_at`` says when a cell first differs from the same fold of repetition 0: "step 3" of
    the first ten, "epoch 2", or nothing if it never does.
    raises : InputError when there is no such study, or its table is not the one that was kept
    """
    import pandas as pd

    path = _proved(name, ".csv.gz", "table_sha256", out)
    kinds = dict.fromkeys((*columns.NAMES, "parts_at"), str) | columns.NUMBERS
    missing = dict.fromkeys(columns.MEASURES, "")
    return pd.read_csv(path, dtype=kinds, keep_default_na=False, na_values=missing)


def epochs(name, out=SHIPPED):
    """DSC by training length: a frame of arm, repetition, fold, epoch, loss, patient, dsc_percent.

    raises : InputError when the study has none, or its table is not the one that was kept
    """
    import pandas as pd

    if "epochs_sha256" not in about(name, out):
        raise InputError(f"{name} was not looked at by epoch: choose a study that was.")
    return pd.read_csv(_proved(name, "_epochs.csv.gz", "epochs_sha256", out))


def _proved(name, ending, digest, out):
    """The path of a study's table, whose bytes are those that were kept."""
    path = Path(out) / f"{name}{ending}"
    if hashlib.sha256(_bytes(path)).hexdigest() != about(name, out)[digest]:
        raise InputError(f"{path} is not the table that was kept: restore it.")
    return path


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
    people, slices = _PEOPLE[p.get("cohort", "phantom")]
    return (
        f"{cells:,} trainings: {p['patients']} {people} in {p['folds']} folds, slices of "
        f"{p['size']} × {p['size']}, {p['epochs']} epochs of mini-batches of {p['batch']} (about "
        f"{_steps(p, slices or p['phantom_slices'])} steps) at a rate of {p['learning_rate']:g}, "
        f"loop {p['loop']}, {p['batch_norm']} batch norm; on "
        f"{prints['gpu'] or prints['cpu']['model']}, {prints['cores']} cores, {versions}, "
        f"Python {prints['python']}."
    )


def _steps(p, slices):
    """About how many steps a training has; slices : of a patient."""
    trained = p["patients"] * (1 - 1 / p["folds"]) * slices / p.get("slice_step", 1)
    return round(p["epochs"] * trained / p["batch"])


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


def _write_about(about, path):
    atomic.write_bytes(path, (json.dumps(about, indent=1) + "\n").encode())


def _write(table, path):
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


def _bytes(path):
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(
            f"No {path.name} ships with this version: see helpers/reference."
        ) from error
