"""Folds in a table that somebody hands over: one number has to mean one fold in every repetition.

A library that lists the folds of all repetitions one after the other numbers them on: 0 to 9 in the
first, 10 to 19 in the second. Such folds look like those of runs that were never finished.
"""

import numpy as np
import pandas as pd

from helpers.errors import InputError
from helpers.statistics.csv_text import where


def alike(table, name):
    """The folds of a checked table, numbered from 0 in each arm, and in each repetition where they
    are numbered on: Series. Names that are no numbers stay.

    raises : InputError naming the row of a fold that another repetition lacks, though it has every
             patient
    """
    found = [_of_arm(rows, table, name) for _, rows in table.groupby("arm", sort=False)]
    return pd.concat(found).reindex(table.index)


def _of_arm(rows, table, name):
    held = rows.groupby("repetition")["fold"].agg(set)
    patients = rows.groupby("repetition")["patient"].nunique()
    whole = patients == rows["patient"].nunique()
    every = set(rows["fold"])
    odd = [r for r in held.index if whole[r] and held[r] != every]
    numbers = pd.api.types.is_integer_dtype(rows["fold"])
    if not odd:
        return rows["fold"] - rows["fold"].min() if numbers else rows["fold"]
    sizes = held.map(len)
    if numbers and whole.all() and sizes.nunique() == 1 and sizes.sum() == len(every):
        return rows.groupby("repetition")["fold"].rank("dense").astype("int64") - 1
    fold = min(every - held[odd[0]])
    row = rows.index[np.flatnonzero(rows["fold"] == fold)[0]]
    raise InputError(
        f"{where(table, name, table.index.get_loc(row))}, column fold: repetition {odd[0]} of "
        f"{rows['arm'].iloc[0]} has no fold {fold}, and yet every patient: give the folds the same "
        "numbers in each repetition, not numbers that run on."
    )
