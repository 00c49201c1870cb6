"""One summary of a study: what its arms say, number by number, ready for JSON and for a table."""

import math
from dataclasses import asdict

from helpers.errors import InputError
from helpers.statistics import (
    icc,
    intervals,
    planning,
    recombined_runs,
    repeatability,
    variance_components,
)
from helpers.statistics.both_estimates import RECOMBINED, RUNS, both_estimates
from helpers.statistics.dsc_arrays import margin_points
from helpers.statistics.failures import failures
from helpers.statistics.sd_ratio import sd_ratio

REFERENCE = "seeds"
RC, SHARED = ("rc", "rc_upper"), ("shared_p", "shared_ratio")
_NO_RATIO = {"sd_ratio_to_seeds": None, "sd_ratio_ci": [None, None], "sd_ratio_valid": False}
ANALYSIS_SEED = 2018  # of what is drawn at random, so that a summary of the same data is the same


def summarise(arms, margin=0.5):
    """The summary of every arm: dict of arm → dict, percentage points.

    arms   : dict of arm → `Runs`
    raises : InputError if the margin is no number above 0 or no repetition is whole
    """
    margin = margin_points(margin)
    if not arms:
        raise InputError("No repetition is complete yet: let one finish first.")
    both = {arm: both_estimates(runs, ANALYSIS_SEED, margin) for arm, runs in arms.items()}
    found = {arm: _arm(runs, both[arm]) for arm, runs in arms.items()}
    for arm, failed in failures(arms).items():
        found[arm]["failures"] = asdict(failed) | {
            "share_ci": list(failed.share_ci),
            "sentence": str(failed),
        }
    if REFERENCE in found:
        for arm in found:
            if not arms[arm].same_people(arms[REFERENCE]):
                found[arm] |= _NO_RATIO
                continue
            found[arm] |= _ratio(found[arm], found[REFERENCE], arm == REFERENCE)
            found[arm] |= _recombined_ratio(both[arm], both[REFERENCE])
    return found


def summarise_published(published, margin=0.5):
    """The same summary of a published table (repetition, median, lower, upper), as one arm."""
    level = repeatability.run_level(published["median"], margin)
    unknown = dict.fromkeys(("patients", "images", "ceiling_percent", "folds"))
    return {"published": _numbers(published, level) | unknown}


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


def better(numbers):
    """Of an arm's summary the numbers of the estimate that its verdict rests on: dict."""
    return numbers["recombined"] if numbers["rests_on"] == RECOMBINED else numbers


def _arm(runs, both):
    dsc = runs.dsc
    numbers = _numbers(intervals.overlap_table(dsc), both.runs) | {
        "verdict": both.verdict,
        "rests_on": both.rests_on,
        "verdict_chance": _chance(both.better, getattr(both.better, "worth", both.runs.runs)),
        "sentence": str(both),
        "recombined": _recombined(both.recombined),
        "of_means": {name: _known(getattr(both.mean, name)) for name in ("run_sd", *RC)}
        | {"run_sd_ci": [_known(bound) for bound in both.mean.run_sd_ci]}
        | {"recombined": _recombined(both.recombined_mean)},
        "distinct_digests": both.runs.distinct if runs.digests else None,
        "patients": dsc.shape[1],
        "images": runs.images,
        "ceiling_percent": _ceiling(runs.ceilings),
        "folds": runs.folds,
        "unfinished": len(runs.unfinished),
        "unfinished_repetitions": [_plain(name) for name in runs.unfinished],
    }
    return numbers | _scatter(dsc, runs.fold)


def _ceiling(ceilings):
    """The lowest, median and highest ceiling of the patients; None where any is not recorded."""
    if ceilings is None or ceilings.isna().any():
        return None
    return [float(n) for n in (ceilings.min(), ceilings.median(), ceilings.max())]


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
        "overlap": band.overlaps if level.runs > 1 else None,
        "run_sd": _known(level.run_sd),
        "run_sd_ci": [_known(v) for v in level.run_sd_ci],
        "rc": _known(level.rc),
        "rc_upper": _known(level.rc_upper),
        "prediction_interval": [_known(v) for v in level.prediction_interval],
        "verdict": level.verdict,
        "run_verdict": level.verdict,
        "rests_on": RUNS,
        "margin": level.margin,
        "verdict_chance": _chance(level, level.runs),
        "valid": level.valid,
        "sentence": str(level),
        "overlap_sentence": str(band) if level.runs > 1 else "One interval overlaps with nothing.",
    }


def _chance(level, runs):
    """How often so many runs of this SD are found repeatable within the margin, a fraction.

    runs : as many as the estimate is worth that the verdict rests on
    """
    if not level.valid or not level.run_sd > 0 or level.rc_upper > 100:
        return None
    return planning.verdict_power(level.run_sd, runs, level.margin)


def _scatter(frame, fold):
    """ICC, within-patient SD and variances, where there are two runs and two patients."""
    if min(frame.shape) < 2:
        return {}
    alike, parts = icc.icc(frame), variance_components.variance_components(frame, fold)
    return {
        "icc_a1": _known(alike.agreement),
        "within_patient_sd": _known(alike.within_sd),
        "components": {
            name: _known(getattr(parts, name)) for name in variance_components.COMPONENTS
        },
    }


def _ratio(numbers, reference, itself):
    """SD of the runs over that of the reference, its F interval, and two checks that bend less."""
    sd, below = numbers["run_sd"], reference["run_sd"]
    tied = sd == 0 and numbers["run_sd_ci"][0] is None
    if sd is None or not below or tied:
        return _NO_RATIO
    if itself or sd == 0:
        same = sd / below
        return {"sd_ratio_to_seeds": same, "sd_ratio_ci": [same, same], "sd_ratio_valid": itself}
    found = sd_ratio(numbers["medians"], reference["medians"], ANALYSIS_SEED)
    return {
        "sd_ratio_to_seeds": found.ratio,
        "sd_ratio_ci": list(found.ci),
        "sd_ratio_valid": numbers["valid"] and reference["valid"],
        "sd_ratio_bootstrap_ci": [_known(v) for v in found.bootstrap_ci],
        "sd_ratio_brown_forsythe_p": _known(found.levene_p),
    }


def _recombined(one):
    """What recombined runs say, as plain numbers; None where there are none."""
    if one is None:
        return None
    return {
        "trainings": one.trainings,
        "distinct": one.distinct,
        "repetitions": list(one.repetitions),
        "run_sd_ci": [_known(bound) for bound in one.run_sd_ci],
        **{name: _known(getattr(one, name)) for name in ("run_sd", "worth", *RC, *SHARED)},
        "verdict": one.verdict,
        "valid": one.valid,
    }


def _recombined_ratio(both, reference):
    """The ratio of SDs from recombined runs, where both arms' verdicts rest on them: a dict."""
    if {both.rests_on, reference.rests_on} != {RECOMBINED}:
        return {}
    if both is reference:
        return {"recombined_ratio_to_seeds": 1.0, "recombined_ratio_ci": [1.0, 1.0]}
    found, bounds = recombined_runs.ratio(both.recombined, reference.recombined)
    return {"recombined_ratio_to_seeds": found, "recombined_ratio_ci": list(map(_known, bounds))}


def _plain(value):
    return value.item() if hasattr(value, "item") else value


def _known(value):
    return None if value is None or math.isnan(value) else float(value)
