"""One summary of a study: what its arms say, number by number, ready for JSON and for a table."""

import math

import pandas as pd

from helpers.errors import InputError
from helpers.statistics import intervals, repeatability

NEEDED = ("arm", "repetition", "fold", "patient", "dsc_percent")


def check_table(table, name):
    """The tidy table of a study, checked: columns ``NEEDED``, DSC in %, no gap.

    raises : InputError naming the column or the row that is wrong
    """
    lacking = [c for c in NEEDED if c not in table.columns]
    if lacking:
        raise InputError(f"{name} has no column {lacking[0]}: it needs {', '.join(NEEDED)}.")
    if table.empty:
        raise InputError(f"{name} has no row: run at least one repetition first.")
    dsc = pd.to_numeric(table["dsc_percent"], errors="coerce")
    wrong = table[~dsc.between(0, 100)]
    if len(wrong):
        row = wrong.iloc[0]
        raise InputError(
            f"{name}: the DSC of patient {row['patient']} in repetition {row['repetition']} of "
            f"{row['arm']} is {row['dsc_percent']!r}: give a number from 0 to 100 %."
        )
    if dsc.max() <= 1:
        raise InputError(f"{name}: no DSC is above 1: give dsc_percent in %, not as fractions.")
    twice = table.duplicated(["arm", "repetition", "patient"])
    if twice.any():
        row = table[twice].iloc[0]
        raise InputError(
            f"{name}: patient {row['patient']} occurs twice in repetition {row['repetition']} "
            f"of {row['arm']}: one row a patient and repetition."
        )
    return table.assign(dsc_percent=dsc)


def by_arm(table):
    """Whole repetitions of each arm: dict of arm → frame (repetitions × patients), DSC in %.

    A repetition that lacks a patient of its arm is left out.
    """
    wide = {}
    for arm, rows in table.groupby("arm", sort=False):
        frame = rows.pivot(index="repetition", columns="patient", values="dsc_percent")
        wide[arm] = frame.dropna()
    return {arm: frame for arm, frame in wide.items() if len(frame)}


def run_digests(rows, repetitions):
    """For each repetition the tuple of its folds' weight digests, or None when not recorded."""
    if "weights_sha256" not in rows or rows["weights_sha256"].isna().any():
        return None
    cells = rows.drop_duplicates(["repetition", "fold"]).sort_values("fold")
    grouped = cells.groupby("repetition")["weights_sha256"].agg(tuple)
    return [grouped[r] for r in repetitions]


def summarise(table, margin=0.5):
    """The summary of every arm of a checked table: dict of arm → dict, percentage points."""
    wide = by_arm(table)
    if not wide:
        raise InputError("No repetition is complete yet: let one finish first.")
    return {arm: _arm(wide[arm], table[table["arm"] == arm], margin) for arm in wide}


def summarise_published(published, margin=0.5):
    """The same summary of a published table (repetition, median, lower, upper), as one arm."""
    level = repeatability.run_level(published["median"], margin)
    return {"published": _numbers(published, level)}


def conclusion(published, found, margin=0.5):
    """What the published table and an arm's summary (dict) allow one to say, as one sentence."""
    band = intervals.overlap(published)
    level = repeatability.run_level(published["median"], margin)
    return (
        f"The published intervals overlap with {band.spare:.2f} points to spare, which does not "
        f"show that runs are equal: at a margin of ±{margin:g} points the published ten are "
        f"{level.verdict!r}, and the {found['runs']} runs of the default arm made here are "
        f"{found['verdict']!r} ({found['distinct_digests']} distinct of {found['runs']})."
    )


def _arm(frame, rows, margin):
    digests = run_digests(rows, frame.index)
    results = digests or repeatability.dsc_digests(frame)
    level = repeatability.run_level(frame.median(axis=1), margin, results)
    numbers = _numbers(intervals.overlap_table(frame), level)
    return numbers | {
        "distinct_digests": level.distinct if digests else None,
        "patients": frame.shape[1],
        "folds": rows["fold"].nunique(),
        "unfinished": rows["repetition"].nunique() - len(frame),
    }


def _numbers(table, level):
    band = intervals.overlap(table)
    return {
        "runs": level.runs,
        "distinct_digests": level.distinct,
        "medians": [float(m) for m in table["median"]],
        "intervals": [
            [_known(lo), _known(hi)] for lo, hi in zip(table["lower"], table["upper"], strict=True)
        ],
        "max_lower": _known(band.max_lower),
        "min_upper": _known(band.min_upper),
        "overlap": band.overlaps,
        "run_sd": _known(level.run_sd),
        "run_sd_ci": [_known(v) for v in level.run_sd_ci],
        "rc": _known(level.rc),
        "rc_upper": _known(level.rc_upper),
        "prediction_interval": [_known(v) for v in level.prediction_interval],
        "verdict": level.verdict,
        "margin": level.margin,
        "valid": level.valid,
        "sentence": str(level),
        "overlap_sentence": str(band),
    }


def _known(value):
    return None if value is None or math.isnan(value) else float(value)
