"""Two sittings of one study: what was made alike, on machines of one kind, is one table."""

import json
import tempfile
from pathlib import Path

from helpers import columns
from helpers.errors import InputError
from helpers.study import fingerprint, shipped, shipping

_CELL = list(columns.CELL)


def extend(folder, name, out=shipped.SHIPPED):
    """Add a later sitting, in a folder of its own, to a study that ships under ``name``.

    A cell that both have is the later one's, also of an arm that draws anew; ``done_twice`` says
    whether its weights were the same. Each parts from repetition 0 of its own sitting. ``arms``
    counts the cells of the table, with the seconds of the sitting that has most of an arm;
    ``left_out`` those of either sitting. Stopped halfway, restore what shipped and begin again.
    raises : InputError as `shipping.keep` does, when the two were not made alike, when one alone
             was looked at by epoch, or when records of the folder ship already (which a study that
             was kept before records had names cannot tell)
    """
    with tempfile.TemporaryDirectory() as place:
        shipping.keep(folder, name, place)
        about = [shipped.about(name, here) for here in (out, place)]
        _refuse(name, *about)
        tables = [shipped.table(name, here) for here in (out, place)]
        by_epoch = "epochs_sha256" in about[0]
        lengths = [shipped.epochs(name, here) for here in (out, place)] if by_epoch else []
    table, said = _joined(*tables), {}
    if lengths:
        path = Path(out) / f"{name}_epochs.csv.gz"
        said["epochs_sha256"] = shipping.write(_joined(*lengths), path)
    said["table_sha256"] = shipping.write(table, Path(out) / f"{name}.csv.gz")
    said |= _of_both(about, table, shipped.done_twice(*tables))
    shipping.write_about(said, Path(out) / f"{name}.json")


def _refuse(name, earlier, later):
    """InputError when a later sitting cannot stand in one table with the earlier one."""
    unlike = fingerprint.differences(earlier["fingerprint"], later["fingerprint"])
    if unlike:
        raise InputError(f"{name} was made otherwise ({'; '.join(unlike)}): keep this apart.")
    if ("epochs_sha256" in earlier) != ("epochs_sha256" in later):
        raise InputError(f"{name} was looked at by epoch in one sitting alone: keep this apart.")
    known = set(earlier.get("records", ())) & set(later["records"])
    if known:
        raise InputError(
            f"{len(known)} records of this folder ship in {name} already: give a folder with the "
            "later sitting's alone."
        )


def _joined(earlier, later):
    """The rows of both tables, by cell; those of a cell that both have are the later one's."""
    import pandas as pd

    old, new = (pd.MultiIndex.from_frame(table[_CELL]) for table in (earlier, later))
    both = pd.concat([earlier[~old.isin(new)], later], ignore_index=True)
    return both.sort_values(_CELL, kind="stable", ignore_index=True)


def _of_both(about, table, again):
    """What is said of two sittings together.

    about : what is said of each, the earlier first; again : frame, as `shipped.done_twice`
    """
    cells = table.drop_duplicates(_CELL)["arm"].value_counts().sort_index()
    most = sorted((arm for one in about for arm in one["arms"].items()), key=_cells)
    seconds = {name: told["median_seconds"] for name, told in most}
    return {
        "fingerprint": about[0]["fingerprint"],
        "arms": {a: {"cells": int(n), "median_seconds": seconds[a]} for a, n in cells.items()},
        "cells_left_out": sum(one["cells_left_out"] for one in about),
        "left_out": _left_out(about),
        "done_twice": [cell for one in about for cell in one["done_twice"]]
        + json.loads(again.to_json(orient="values")),
        "records": sorted(name for one in about for name in one.get("records", ())),
    }


def _cells(arm):
    return arm[1]["cells"]


def _left_out(about):
    """By arm, the sums of what each sitting says of repetitions that are not whole."""
    found = {}
    for arm, told in (one for sitting in about for one in sitting["left_out"].items()):
        known = found.get(arm, {})
        found[arm] = {what: number + known.get(what, 0) for what, number in told.items()}
    return found
