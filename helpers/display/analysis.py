"""The whole analysis of a study for its report: sentences, tables and pictures, arm by arm.

Whatever is drawn at random is drawn with ``SEED``, so a report of the same data is the same.
"""

import matplotlib.pyplot as plt
import pandas as pd

from helpers.display import evidence, figures, rules, scatter, viewers
from helpers.display.evidence import SEED
from helpers.statistics import (
    arm_comparison,
    best_run,
    icc,
    summary,
    variance_components,
    within_patient,
)

IDENTICAL = "identical"


def sentences(table, found):
    """What is said of each arm: dict of arm → list of sentences, the verdict first.

    table : tidy and checked; found : its `summary.summarise`
    """
    wide, told = summary.by_arm(table), {}
    for arm, numbers in found.items():
        told[arm] = [numbers["sentence"], numbers["overlap_sentence"], *_spread(numbers)]
        if numbers["verdict"] != IDENTICAL and min(wide[arm].shape) > 1:
            told[arm] += _scattered(wide[arm], summary.fold_of(table, arm, wide[arm].columns))
    return told


def compared(table, found, margin):
    """Arms compared fold by fold with one reference arm: a list of sentences.

    Arms whose runs are identical are not tested; nor are arms of other patients or folds.
    """
    wide, reference = summary.by_arm(table), reference_arm(found)
    said = [
        f"{arm}: its runs are identical, so it is not tested."
        for arm, numbers in found.items()
        if numbers["verdict"] == IDENTICAL
    ]
    for arm in comparable(table, found):
        fold = summary.fold_of(table, reference, wide[reference].columns)
        result = arm_comparison.compare_arms(wide[reference], wide[arm], fold, SEED, margin)
        said.append(f"{arm} against {reference}: {result}")
    return said


def comparable(table, found):
    """The arms that scatter and share patients and folds with the reference arm: a list."""
    wide, reference = summary.by_arm(table), reference_arm(found)
    if reference is None:
        return []
    dealt = _dealt(table, reference, wide)
    scattered = [arm for arm, n in found.items() if n["verdict"] != IDENTICAL and arm != reference]
    return [arm for arm in scattered if dealt and _dealt(table, arm, wide) == dealt]


def reference_arm(found):
    """The arm that others are compared with: ``default`` or the first that scatters, or None."""
    scattered = [arm for arm, numbers in found.items() if numbers["verdict"] != IDENTICAL]
    return "default" if "default" in scattered else next(iter(scattered), None)


def variances(found):
    """One row an arm: variance components (points²), ICC(A,1) and SDs (points); may be empty."""
    rows = [
        {"arm": arm}
        | {name.replace("_", " × "): decimals(v) for name, v in n["components"].items()}
        | {"ICC(A,1)": decimals(n["icc_a1"])}
        | {"SD within a patient": decimals(n["within_patient_sd"])}
        | ({"SD of runs / of seeds": _ratio(n)} if "sd_ratio_to_seeds" in n else {})
        for arm, n in found.items()
        if "components" in n
    ]
    return pd.DataFrame(rows)


def pictures(table, found, margin, published=None):
    """The figures of a study: dict of name → (PNG bytes, alternative text).

    published : DSC in % to show beside the runs
    """
    wide, reference = summary.by_arm(table), reference_arm(found)
    height = 1.2 + 0.6 * len(found)
    drawn = {"runs": _draw(lambda ax: evidence.run_dots(found, ax, published), 7, height)}
    drawn["repetitions"] = _planned(found, margin)
    others = comparable(table, found)
    if others:
        runs = {arm: wide[arm] for arm in (reference, *others)}
        fold = summary.fold_of(table, reference, wide[reference].columns)
        drawn["equivalence"] = _draw(lambda ax: evidence.equivalence(runs, fold, reference, ax))
    for arm, frame in wide.items():
        fold = summary.fold_of(table, arm, frame.columns)
        drawn |= _of_arm(arm, frame, fold, found[arm])
    return drawn


def published_pictures(table, found, margin):
    """The figures of a published table: dict of name → (PNG bytes, alternative text)."""
    medians = table["median"]
    return {
        "published_table": _draw(lambda ax: evidence.interval_table(table, ax), 4, 2),
        "published_intervals": _draw(lambda ax: figures.interval_strip(table, ax)),
        "published_runs": _draw(lambda ax: evidence.run_dots(found, ax), 7, 2),
        "published_repeatability": _draw(
            lambda ax: evidence.repeatability_so_far(medians, margin, ax)
        ),
        "published_repetitions": _planned(found, margin),
    }


def decimals(value):
    """A number as text with three decimals; a dash for None."""
    return "–" if value is None else f"{value:.3f}"


def _spread(numbers):
    low, high = numbers.get("sd_ratio_ci", (None, None))
    ratio = numbers.get("sd_ratio_to_seeds")
    if low is None or low == high:
        return []
    doubt = "" if numbers["sd_ratio_valid"] else " The interval is not valid: runs repeat."
    return [
        f"Its run medians have {ratio:.2f} times the SD of those with other seeds ({low:.2f} to "
        f"{high:.2f}).{doubt}{_checks(numbers)}"
    ]


def _checks(numbers):
    (low, high), p = numbers["sd_ratio_bootstrap_ci"], numbers["sd_ratio_brown_forsythe_p"]
    if low is None or p is None or not numbers["sd_ratio_valid"]:
        return ""
    p_value = f"p = {p:.3f}" if p >= 0.001 else "p < 0.001"
    return (
        f" That interval takes the medians to be normal; a bootstrap over runs gives {low:.2f} to "
        f"{high:.2f}, and Brown and Forsythe's test of equal spread {p_value}."
    )


def _ratio(numbers):
    ratio, (low, high) = numbers["sd_ratio_to_seeds"], numbers["sd_ratio_ci"]
    if ratio is None:
        return "–"
    if low == high:
        return f"{ratio:.2f}"
    repeat = "" if numbers["sd_ratio_valid"] else "; not valid, runs repeat"
    return f"{ratio:.2f} ({low:.2f} to {high:.2f}{repeat})"


def _scattered(frame, fold):
    return [
        str(variance_components.variance_components(frame, fold)),
        str(within_patient.patient_level(frame, SEED, fold)),
        str(icc.icc(frame)),
        str(best_run.best_of(frame, SEED)),
    ]


def _dealt(table, arm, wide):
    fold = summary.fold_of(table, arm, wide[arm].columns)
    return None if fold is None else list(zip(wide[arm].columns, fold, strict=True))


def _planned(found, margin):
    sds = {arm: numbers["run_sd"] for arm, numbers in found.items()}
    return _draw(lambda ax: rules.verdict_power(sds, margin, ax))


def _of_arm(arm, frame, fold, numbers):
    strip, colour = _strip(frame, numbers), figures.arm_colour(arm)
    tidy = frame.melt(ignore_index=False, value_name="dsc_percent").reset_index()
    tall = max(4, 0.16 * len(frame))
    drawn = {
        f"{arm}_table": _draw(lambda ax: evidence.interval_table(strip, ax), 9, 2.6),
        f"{arm}_boxplots": _draw(lambda ax: _boxes(tidy, ax, colour), 9),
        f"{arm}_intervals": _draw(
            lambda ax: evidence.strip_and_chance(frame, fold, ax, colour), 7, tall
        ),
    }
    if numbers["verdict"] == IDENTICAL or len(frame) < 2:
        return drawn
    return drawn | {
        f"{arm}_components": _beside(frame, fold),
        f"{arm}_ranks": _draw(lambda ax: evidence.rank_map(frame, ax)),
        f"{arm}_repeatability": _draw(
            lambda ax: evidence.repeatability_so_far(numbers["medians"], numbers["margin"], ax)
        ),
    }


def _strip(frame, numbers):
    bounds = pd.DataFrame(numbers["intervals"], columns=["lower", "upper"], dtype=float)
    bounds.insert(0, "median", numbers["medians"])
    bounds.insert(0, "repetition", list(frame.index))
    return bounds


def _boxes(tidy, ax, colour):
    evidence.thin(figures.boxplots(tidy, ax, colour).xaxis)
    return ax


def _beside(frame, fold):
    figure, axes = plt.subplots(1, 2, figsize=(10, 4))
    scatter.variance_bars(frame, fold, axes[0])
    scatter.fold_run_map(frame, fold, axes[1])
    return viewers.png(figure), " ".join(ax.get_label() for ax in axes)


def _draw(plot, width=7, height=4):
    figure, ax = plt.subplots(figsize=(width, height))
    alt = plot(ax).get_label()
    return viewers.png(figure), alt
