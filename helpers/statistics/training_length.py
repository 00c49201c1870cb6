"""Scatter against training length: what an arm's repetitions differ by after each epoch.

Held-out patients are judged after every epoch, so one training serves all lengths; nothing is
decided by what is seen.
"""

import numpy as np
import pandas as pd

from helpers.errors import InputError
from helpers.statistics import recombined_runs
from helpers.statistics.summary import ANALYSIS_SEED

NEEDED = ("arm", "repetition", "fold", "epoch", "loss", "patient", "dsc_percent")


def by_length(table, seed=ANALYSIS_SEED, reference="seeds"):
    """The SD of run medians after each epoch, from recombined runs: a frame.

    table     : columns ``NEEDED``, one row a patient, training and epoch; DSC in %
    seed      : of the exchanges of runs, the same for every arm and epoch, as in a summary
    reference : arm that the others' SDs are divided by
    returns   : one row an arm and epoch: ``loss`` (mean), ``dsc`` (median of all run medians'
                patients, %), ``trainings``, ``distinct``, ``sd`` with ``sd_low`` and ``sd_high``
                (95 %, points) and ``ratio`` with ``ratio_low`` and ``ratio_high``; NaN where there
                is nothing to divide, where results repeat, or with fewer than two trainings a fold
    raises    : InputError when a column is missing
    """
    lacking = [name for name in NEEDED if name not in table]
    if lacking:
        raise InputError(f"The table has no column {lacking[0]}: give DSC by epoch.")
    rows = []
    for epoch, seen in table.groupby("epoch"):
        found = {arm: _recombined(own, seed) for arm, own in seen.groupby("arm", sort=False)}
        losses, medians = seen.groupby("arm")["loss"].mean(), _medians(seen)
        for arm, one in found.items():
            known = {"arm": arm, "epoch": epoch, "loss": losses[arm], "dsc": medians[arm]}
            rows.append(known | _row(one, found.get(reference) if arm != reference else None))
    return pd.DataFrame(rows).sort_values(["arm", "epoch"], ignore_index=True, kind="stable")


def plateau(table, arm):
    """How far an arm's median DSC moves in the last third of its epochs, points: float."""
    seen = table[table["arm"] == arm]
    medians = pd.Series({epoch: _medians(rows)[arm] for epoch, rows in seen.groupby("epoch")})
    return float(np.ptp(medians.iloc[-max(len(medians) // 3, 1) :]))


def _recombined(rows, seed):
    """`Recombined` of one arm and epoch; None where a fold has fewer than two trainings."""
    folds = [
        fold.pivot(index="repetition", columns="patient", values="dsc_percent")
        for _, fold in rows.groupby("fold")
    ]
    if len(folds) < 2 or min(map(len, folds)) < 2:
        return None
    return recombined_runs.recombine(folds, seed)


def _row(one, other):
    """What a frame's row says of a `Recombined`, and of its ratio to another's."""
    if one is None:
        return dict.fromkeys(("trainings", "distinct"), 0) | _interval("sd") | _interval("ratio")
    told = {"trainings": one.trainings, "distinct": one.distinct}
    told |= _interval("sd", one.run_sd, one.run_sd_ci if one.valid else (np.nan, np.nan))
    if other is None or not (one.valid and other.valid):
        return told | _interval("ratio")
    return told | _interval("ratio", *recombined_runs.ratio(one, other))


def _interval(name, value=np.nan, ends=(np.nan, np.nan)):
    return {name: value, f"{name}_low": ends[0], f"{name}_high": ends[1]}


def _medians(seen):
    """The median over patients of their mean DSC over trainings, % by arm: Series."""
    return seen.groupby(["arm", "patient"])["dsc_percent"].mean().groupby("arm").median()
