"""One summary of a study: what its arms say, number by number, ready for JSON and for a table."""

import math

import pandas as pd

from helpers.errors import InputError
from helpers.statistics import agreement, components, intervals, repeatability
from helpers.statistics.spread import sd_ratio
from helpers.statistics.tables import positive

NEEDED = ("arm", "repetition", "fold", "patient", "dsc_percent")
REFERENCE = "seeds"
SEED = 2018  # of what is drawn at random, so that a summary of the same data is the same


def check_table(table, name):
    """The tidy table of a study, checked: columns ``NEEDED``, DSC in %, no gap.

    raises : InputError naming the column or the row that is wrong
    """
    lacking = [c for c in NEEDED if c not in table.columns]
    if lacking:
        raise InputError(f"{name} has no column {lacking[0]}: it needs {', '.join(NEEDED)}.")
    if table.empty:
        raise InputError(f"{name} has no row: run at least one repetition first.")
    _check_names(table, name)
    dsc = pd.to_numeric(table["dsc_percent"], errors="coerce")
    checked = table.assign(arm=table["arm"].astype(str), dsc_percent=dsc)
    _check_dsc(table, dsc, name)
    twice = table.duplicated(["arm", "repetition", "patient"])
    if twice.any():
        row = table[twice].iloc[0]
        raise InputError(f"{name}: {_cell(row)} occurs twice: give one row a patient and run.")
    _check_whole(table, name)
    return checked


def by_arm(table):
    """Whole repetitions of each arm: dict of arm → frame (repetitions × patients), DSC in %.

    Those that `unfinished` lists are left out; an arm without a whole repetition is not in it.
    """
    gone = unfinished(table)
    wide = {
        arm: rows.pivot(index="repetition", columns="patient", values="dsc_percent").drop(
            index=gone[arm]
        )
        for arm, rows in table.groupby("arm", sort=False)
    }
    return {arm: frame for arm, frame in wide.items() if len(frame)}


def unfinished(table):
    """The repetitions of each arm that lack a fold of it: dict of arm → list, empty if none."""
    found = {}
    for arm, rows in table.groupby("arm", sort=False):
        done = rows.groupby("repetition")["fold"].nunique()
        found[arm] = list(done.index[done < rows["fold"].nunique()])
    return found


def left_out(table):
    """What the summary of ``table`` leaves out and why: a list of sentences, empty if nothing."""
    said = []
    kept = by_arm(table)
    for arm, repetitions in unfinished(table).items():
        if repetitions:
            names = ", ".join(str(name) for name in repetitions)
            of = table.loc[table["arm"] == arm, "repetition"].nunique()
            nothing = "" if arm in kept else "; nothing of this arm is left"
            said.append(
                f"{arm}: {len(repetitions)} of {of} repetitions left out as unfinished "
                f"({names}){nothing}."
            )
    most = max((frame.shape[1] for frame in kept.values()), default=0)
    for arm, frame in kept.items():
        if frame.shape[1] < most:
            said.append(f"{arm}: {frame.shape[1]} patients where another arm has {most}.")
        if fold_of(table, arm, frame.columns) is None:
            said.append(f"{arm}: patients change their fold, so nothing is said of fold × run.")
    return said


def fold_of(table, arm, patients):
    """The fold of each of ``patients`` in ``arm``, (patients,); None if one had two folds."""
    rows = table[table["arm"] == arm].drop_duplicates(["patient", "fold"])
    folds = rows.set_index("patient")["fold"]
    return folds[list(patients)].to_numpy() if folds.index.is_unique else None


def run_digests(rows, repetitions):
    """For each repetition the tuple of its folds' weight digests, or None when not recorded."""
    if "weights_sha256" not in rows or rows["weights_sha256"].isna().any():
        return None
    cells = rows.drop_duplicates(["repetition", "fold"]).sort_values("fold")
    grouped = cells.groupby("repetition")["weights_sha256"].agg(tuple)
    return [grouped[r] for r in repetitions]


def summarise(table, margin=0.5):
    """The summary of every arm of a checked table: dict of arm → dict, percentage points.

    Raises InputError if the margin is no number above 0 or no repetition is whole.
    """
    margin, wide = positive(margin, "margin"), by_arm(table)
    if not wide:
        raise InputError("No repetition is complete yet: let one finish first.")
    found = {arm: _arm(table, arm, frame, margin) for arm, frame in wide.items()}
    if REFERENCE in found:
        for arm in found:
            found[arm] |= _ratio(found[arm], found[REFERENCE], arm == REFERENCE)
    return found


def summarise_published(published, margin=0.5):
    """The same summary of a published table (repetition, median, lower, upper), as one arm."""
    level = repeatability.run_level(published["median"], margin)
    return {"published": _numbers(published, level) | {"patients": None, "folds": None}}


def conclusion(published, found, margin=0.5):
    """What the published table and the arms' summaries (dict of dicts) allow one to say."""
    band = intervals.overlap(published)
    level = repeatability.run_level(published["median"], margin)
    arms = "; ".join(
        f"{arm}: {n['verdict']} ({n['runs']} runs"
        + (")" if n["distinct_digests"] is None else f", {n['distinct_digests']} distinct)")
        for arm, n in found.items()
    )
    return (
        f"The published intervals overlap with {band.spare:.2f} points to spare, which does not "
        f"show that runs are equal. Repeatability at a margin of ±{margin:g} points, published: "
        f"{level.verdict} ({level.runs} runs); here {arms}."
    )


def _arm(table, arm, frame, margin):
    rows = table[table["arm"] == arm]
    digests = run_digests(rows, frame.index)
    results = digests or repeatability.dsc_digests(frame)
    level = repeatability.run_level(frame.median(axis=1), margin, results)
    left = [_plain(name) for name in unfinished(rows)[arm]]
    numbers = _numbers(intervals.overlap_table(frame), level) | {
        "distinct_digests": level.distinct if digests else None,
        "patients": frame.shape[1],
        "folds": rows["fold"].nunique(),
        "unfinished": len(left),
        "unfinished_repetitions": left,
    }
    return numbers | _scatter(frame, fold_of(table, arm, frame.columns))


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


def _scatter(frame, fold):
    """ICC, within-patient SD and variances, where there are two runs and two patients."""
    if min(frame.shape) < 2:
        return {}
    icc, parts = agreement.icc(frame), components.variance_components(frame, fold)
    return {
        "icc_a1": _known(icc.agreement),
        "within_patient_sd": _known(icc.within_sd),
        "components": {name: _known(getattr(parts, name)) for name in components.COMPONENTS},
    }


def _ratio(numbers, reference, itself):
    """SD of the runs over that of the reference, its F interval, and two checks that bend less."""
    sd, below = numbers["run_sd"], reference["run_sd"]
    if sd is None or not below:
        return {"sd_ratio_to_seeds": None, "sd_ratio_ci": [None, None], "sd_ratio_valid": False}
    if itself or sd == 0:
        same = sd / below
        return {"sd_ratio_to_seeds": same, "sd_ratio_ci": [same, same], "sd_ratio_valid": itself}
    found = sd_ratio(numbers["medians"], reference["medians"], SEED)
    return {
        "sd_ratio_to_seeds": found.ratio,
        "sd_ratio_ci": list(found.ci),
        "sd_ratio_valid": numbers["valid"] and reference["valid"],
        "sd_ratio_bootstrap_ci": [_known(v) for v in found.bootstrap_ci],
        "sd_ratio_brown_forsythe_p": _known(found.levene_p),
    }


def _check_names(table, name):
    for column in NEEDED[:-1]:
        gaps = table.index[table[column].isna()]
        if len(gaps):
            raise InputError(f"{name}, row {gaps[0] + 1}: {column} is missing: give every row one.")


def _check_dsc(table, dsc, name):
    wrong = table[~dsc.between(0, 100)]
    if len(wrong):
        row = wrong.iloc[0]
        raise InputError(
            f"{name}: the DSC of {_cell(row)} is {row['dsc_percent']!r}: give a number from 0 to "
            "100 % (a missed breast is a DSC of 0)."
        )
    if dsc.max() <= 1:
        raise InputError(f"{name}: no DSC is above 1: give dsc_percent in %, not as fractions.")


def _check_whole(table, name):
    for arm, frame in by_arm(table).items():
        gaps = frame.isna().stack()
        if gaps.any():
            repetition, patient = gaps.index[gaps][0]
            raise InputError(
                f"{name}: the DSC of patient {patient} in repetition {repetition} of {arm} is "
                "missing, though all its folds are done: give a number for every patient."
            )


def _cell(row):
    return f"patient {row['patient']} in repetition {row['repetition']} of {row['arm']}"


def _plain(value):
    return value.item() if hasattr(value, "item") else value


def _known(value):
    return None if value is None or math.isnan(value) else float(value)
