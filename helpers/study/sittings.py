"""Two sittings of one study: what was made alike, on machines of one kind, is one table."""

import tempfile
from pathlib import Path

from helpers import columns
from helpers.errors import InputError
from helpers.study import fingerprint, shipped, shipping

_CELL = list(columns.CELL)


def extend(folder, name, out=shipped.SHIPPED):
    """Add a later sitting, in a folder of its own, to a study that ships under ``name``.

    A cell that both have is the later one's, and ``done_twice`` says whether its weights were the
    same; each parts from repetition 0 of its own sitting. ``arms`` counts the cells of the table;
    seconds are of the sitting with most of an arm.
    raises : InputError as `shipping.keep` does, or when the two were not made alike
    """
    with tempfile.TemporaryDirectory() as place:
        shipping.keep(folder, name, place)
        sittings = [shipped.about(name, here) for here in (out, place)]
        _refuse_unlike(name, *(s["fingerprint"] for s in sittings))
        tables = [shipped.table(name, here) for here in (out, place)]
        lengths = [shipped.epochs(name, here) for here in (out, place) if _looked(sittings)]
    table = _joined(*tables)
    digests = {"table_sha256": shipping.write(table, Path(out) / f"{name}.csv.gz")}
    if lengths:
        path = Path(out) / f"{name}_epochs.csv.gz"
        digests["epochs_sha256"] = shipping.write(_joined(*lengths), path)
    told = _of_both(sittings, table, _again(*tables)) | digests
    shipping.write_about(told, Path(out) / f"{name}.json")


def _refuse_unlike(name, there, here):
    if unlike := fingerprint.differences(there, here):
        raise InputError(f"{name} was made otherwise ({'; '.join(unlike)}): keep this apart.")


def _looked(sittings):
    return "epochs_sha256" in sittings[0]


def _joined(earlier, later):
    """The rows of both tables, by cell; those of a cell that both have are the later one's."""
    import pandas as pd

    there, here = (pd.MultiIndex.from_frame(t[_CELL]) for t in (earlier, later))
    both = pd.concat([earlier[~there.isin(here)], later], ignore_index=True)
    return both.sort_values(_CELL, kind="stable", ignore_index=True)


def _again(earlier, later):
    """The cells that both tables have: lists arm, repetition, fold, whether the weights agree."""
    one, other = (t.drop_duplicates(_CELL) for t in (earlier, later))
    both = one.merge(other, on=_CELL)
    same = both["weights_sha256_x"] == both["weights_sha256_y"]
    return [
        list(row) for row in zip(*(both[c].tolist() for c in _CELL), same.tolist(), strict=True)
    ]


def _of_both(sittings, table, again):
    """What is said of two sittings together."""
    counts = table.drop_duplicates(_CELL)["arm"].value_counts().sort_index()
    most = sorted((a for s in sittings for a in s["arms"].items()), key=lambda a: a[1]["cells"])
    seconds = {arm: told["median_seconds"] for arm, told in most}
    arms = {a: {"cells": int(n), "median_seconds": seconds[a]} for a, n in counts.items()}
    return {
        "fingerprint": sittings[0]["fingerprint"],
        "arms": arms,
        "cells_left_out": sum(s["cells_left_out"] for s in sittings),
        "left_out": _left_out(sittings),
        "done_twice": [cell for s in sittings for cell in s["done_twice"]] + again,
    }


def _left_out(sittings):
    """By arm, the sums of what each sitting says of repetitions that are not whole."""
    found = {}
    for arm, told in (one for s in sittings for one in s["left_out"].items()):
        known = found.get(arm, {})
        found[arm] = {what: number + known.get(what, 0) for what, number in told.items()}
    return found
