"""Figures of what the runs of a study show: each takes data and an ``ax`` and returns the ``ax``.

A table of DSC is (repetitions, patients), in %. Where the data are too few, the ``ax`` says so in
a sentence. The label of the ``ax`` is its alternative text: the finding, with its numbers.
"""

import numpy as np
import pandas as pd

from helpers.display.figures import PALETTE, interval_strip
from helpers.errors import InputError
from helpers.statistics import common_band, comparison, components, intervals, planning, ranking

SEED = 2018
COLOURS = {
    "patient": (PALETTE[7], "//"),
    "run": (PALETTE[3], ""),
    "fold_run": (PALETTE[1], "\\\\"),
    "residual": (PALETTE[0], ".."),
}
ANSWERS = {
    "equivalent": (PALETTE[2], "o"),
    "different": (PALETTE[3], "X"),
    "undecided": (PALETTE[7], "^"),
}


def interval_table(strip, ax, rows=13):
    """Median and 95 % interval of each repetition as the table that was published.

    strip : columns repetition, median, lower, upper in %; rows : of one block of columns
    """
    lines = [_row(one) for one in strip.itertuples()]
    blocks = [lines[start : start + rows] for start in range(0, len(lines), rows)]
    for number, block in enumerate(blocks):
        text = "\n".join([_line("run", "median", "95 % CI"), *block])
        place = number / len(blocks)
        ax.text(place, 1, text, family="monospace", va="top", size=7.5, transform=ax.transAxes)
    ax.set_axis_off()
    medians = strip["median"]
    return _said(
        ax,
        f"Medians of {len(strip)} repetitions: {medians.min():.2f} to {medians.max():.2f} % DSC",
        "A table of medians with 95 % intervals.",
    )


def strip_and_chance(table, fold, ax, colour=PALETTE[0], shuffles=999):
    """The interval strip, its common band, and where chance puts the band's two edges.

    table : (repetitions, patients); fold : (patients,) or None; shuffles : within folds
    """
    strip = intervals.overlap_table(table)
    if strip["lower"].isna().any():
        return unable(ax, f"{np.shape(table)[1]} patients are too few for a 95 % interval.")
    interval_strip(strip, ax, colour)
    band = ax.get_label()
    if fold is None or len(strip) < 2:
        return ax
    chance = common_band.null_band(table, fold, SEED, shuffles)
    for edge, name in ((chance.max_lower, "highest lower"), (chance.min_upper, "lowest upper")):
        mark = {"facecolor": "none", "edgecolor": PALETTE[1], "hatch": "////", "zorder": 0}
        ax.axvspan(*edge, label=f"{name} bound if runs did not differ", **mark)
    ax.legend(fontsize="x-small", loc="lower left", bbox_to_anchor=(0, -0.32), frameon=False)
    ax.set_label(f"{band} {chance}")
    return ax


def run_dots(found, ax, published=None):
    """Run medians of each arm as dots, the interval of the next run, and a published value.

    found : dict of arm → summary; published : DSC in %, a dashed line or an arrow at the edge
    """
    said = []
    for place, (arm, numbers) in enumerate(found.items()):
        medians = np.sort(numbers["medians"])
        offsets = np.resize([0, 0.12, -0.12, 0.24, -0.24], len(medians))
        ax.plot(medians, place + offsets, "o", color=PALETTE[0], alpha=0.6, ms=4)
        said.append(f"{arm} {_next_run(numbers, place, ax)}")
    ax.set_yticks(range(len(found)), list(found))
    ax.set_ylim(len(found) - 0.4, -0.6)
    ax.set(xlabel="median DSC of a run (%); bar: where the next run is expected (95 %)")
    if published is not None:
        said.append(_published(published, ax))
    return _said(ax, said[0][0].upper() + said[0][1:], "Dots of run medians.", "; ".join(said[1:]))


def variance_bars(table, fold, ax):
    """Where the variance of a DSC comes from: two stacked bars, with and without the patients.

    table : (repetitions, patients); fold : (patients,) or None; a negative part is left of 0
    """
    try:
        parts = components.variance_components(table, fold)
    except InputError as error:
        return unable(ax, str(error))
    variances = parts.frame().set_index("component")["variance"].dropna()
    if variances.clip(lower=0).drop("patient").sum() == 0:
        return unable(ax, "The runs are identical: all variance is between patients.")
    _stack(variances, 0, ax)
    _stack(variances.drop("patient"), 1, ax)
    ax.set_yticks([0, 1], ["all", "without\npatients"])
    ax.set(xlabel="share of the variance (%)", ylim=(1.6, -0.6))
    ax.legend(fontsize="x-small", loc="upper center", bbox_to_anchor=(0.5, -0.2), frameon=False)
    share = "unknown" if np.isnan(parts.fold_share) else f"{parts.fold_share:.0%}"
    title = f"A fold's model makes {share} of the noise"
    return _said(ax, title, "Stacked bars of variance.", str(parts))


def fold_run_map(table, fold, ax):
    """How far each fold is off in each run, patient and run means taken out: a heat map.

    table : (repetitions, patients); fold : (patients,) or None
    """
    if fold is None or np.shape(table)[0] < 2 or len(set(fold)) < 2:
        return unable(ax, "A map of fold × run needs two runs and two folds.")
    effects = components.fold_run_effects(table, fold)
    most = np.abs(effects).max()
    image = ax.imshow(effects, cmap="PuOr", vmin=-most or -1, vmax=most or 1, aspect="auto")
    ax.figure.colorbar(image, ax=ax, label="points of DSC")
    run, held = np.unravel_index(np.abs(effects).argmax(), effects.shape)
    ax.set(xlabel="fold", ylabel="run")
    title = f"One training moves its fold by up to {most:.2f} points"
    where = f"The largest is in run {run}, fold {held} (counted from 0)"
    return _said(ax, title, "Heat map of fold × run.", where)


def equivalence(runs, fold, reference, ax):
    """p of equivalence against the margin, an arm a line, the answer by colour and mark.

    runs : dict of arm → (repetitions, patients); fold : (patients,), theirs; reference : an arm.
    Arms whose runs are all identical are not tested.
    """
    tested = {arm: table for arm, table in runs.items() if np.ptp(table, axis=0).any()}
    others = [arm for arm in tested if arm != reference]
    if reference not in tested or not others or fold is None:
        return unable(ax, f"No arm to test against {reference}: identical runs are not tested.")
    passes = {}
    for arm, line in zip(others, ("-", "--", ":", "-.", (0, (5, 1, 1, 1))), strict=False):
        curve = _curve(tested[reference], tested[arm], fold)
        ax.plot(curve["margin"], curve["p"], color="0.4", ls=line, lw=1, label=arm)
        for answer, rows in curve.groupby("answer"):
            ax.plot(rows["margin"], rows["p"], ANSWERS[answer][1], c=ANSWERS[answer][0], ms=4)
        passes[arm] = curve.loc[curve["answer"] == "equivalent", "margin"].min()
    for answer, (colour, mark) in ANSWERS.items():
        ax.plot([], [], mark, color=colour, label=answer)
    ax.axhline(comparison.ALPHA, color="0.7", lw=1)
    ax.set(xscale="log", xlabel="margin (points of DSC)", ylabel="p of equivalence")
    ax.legend(fontsize="x-small")
    says = "; ".join(f"{arm} from {margin:.2g} points" for arm, margin in passes.items())
    return _said(ax, f"Equivalent to {reference}: {says}", "p against the margin.")


def rank_map(table, ax, resamples=10_000):
    """How often each run takes each rank when patients are drawn again: a heat map.

    table : (repetitions, patients)
    """
    found = ranking.best_of(table, SEED, resamples)
    if found.runs < 2 or not np.ptp(table, axis=0).any():
        return unable(ax, "Identical or single runs have no ranks.")
    shares = ranking.rank_shares(table, SEED, resamples)
    order = shares.mul(shares.columns, axis=1).sum(axis=1).sort_values().index
    image = ax.imshow(100 * shares.loc[order], cmap="viridis", vmin=0, aspect="auto")
    ax.figure.colorbar(image, ax=ax, label="% of resamples")
    shown = range(0, found.runs, max(1, found.runs // 10))
    ax.set_yticks(shown, [order[place] for place in shown])
    ax.set_xticks(shown, [shares.columns[place] for place in shown])
    ax.set(xlabel="rank (1 is the best)", ylabel="repetition")
    title = f"Run {found.best} is best in {found.share:.0%} of the resamples"
    return _said(ax, title, "Heat map of ranks.", str(found))


def repeatability_so_far(medians, margin, ax):
    """RC and its upper bound after 2, 3 … R runs, beside the margin.

    medians : (runs,) DSC in %; margin : points
    """
    if len(medians) < 2 or np.ptp(medians) == 0:
        return unable(ax, "One run, or equal medians: there is no scatter to follow.")
    so_far = planning.as_runs_accumulate(medians, margin)
    ax.plot(so_far["runs"], so_far["rc"], "o-", color=PALETTE[0], ms=3, label="RC")
    ax.plot(so_far["runs"], so_far["rc_upper"], "v--", color=PALETTE[1], ms=3, label="upper bound")
    ax.axhline(margin, color=PALETTE[2], ls=":", label=f"margin, {margin:g} points")
    top = max(2 * margin, 1.5 * so_far["rc"].max())
    ax.set(xlabel="repetitions", ylabel="points of DSC", ylim=(0, top))
    ax.legend(fontsize="x-small")
    last = so_far.iloc[-1]
    title = f"After {last['runs']} runs RC is {last['rc']:.2f}, upper bound {last['rc_upper']:.2f}"
    return _said(ax, title, "Repeatability against repetitions.", f"Verdict: {last['verdict']}")


def unable(ax, sentence):
    """An ``ax`` that says in a sentence why there is no figure."""
    ax.set_axis_off()
    ax.text(0.5, 0.5, sentence, ha="center", va="center", wrap=True, transform=ax.transAxes)
    ax.set_label(f"No figure: {sentence}")
    return ax


def _said(ax, title, kind, more=""):
    ax.set_title(title, fontsize="medium", wrap=True)
    ax.set_label(f"{kind} {title}. {more}".strip())
    return ax


def _line(*words):
    return f"{words[0]!s:<7.7}{words[1]:>7} {words[2]:>12}"


def _row(one):
    known = not np.isnan(one.lower)
    return _line(
        one.repetition, f"{one.median:.2f}", f"{one.lower:.2f}–{one.upper:.2f}" if known else "–"
    )


def _next_run(numbers, place, ax):
    low, high = numbers["prediction_interval"]
    if low is None:
        return "has one run"
    if numbers["verdict"] == "identical":
        return f"is identical at {low:.2f} %"
    mark = "|-" if numbers["valid"] else "|:"
    ax.plot([low, high], [place + 0.4] * 2, mark, color=PALETTE[1], ms=8)
    doubt = "" if numbers["valid"] else ", not valid: runs repeat"
    return f"expects its next run at {low:.2f} to {high:.2f} %{doubt}"


def _published(value, ax):
    low, high = ax.get_xlim()
    text = f"published {value:.2f} %"
    if low - (high - low) < value < high + (high - low):
        ax.axvline(value, color=PALETTE[3], ls="--", label=text)
        ax.legend(fontsize="x-small", loc="upper right")
    else:
        side, name = (0.99, f"{text} →") if value > high else (0.01, f"← {text}")
        align = "right" if value > high else "left"
        ax.text(side, 0.97, name, ha=align, va="top", color=PALETTE[3], transform=ax.transAxes)
    return text


def _stack(variances, place, ax):
    whole = variances.clip(lower=0).sum()
    start = 0.0
    for name, variance in variances.items():
        share = 100 * variance / whole
        colour, hatch = COLOURS[name]
        label = f"{name.replace('_', ' × ')} {variance:.3g} points²" if place == 0 else None
        left = start if share > 0 else 0
        ax.barh(place, share, left=left, color=colour, hatch=hatch, edgecolor="white", label=label)
        start += max(share, 0)


def _curve(reference, other, fold):
    margins = np.geomspace(0.02, 20, 60)
    return comparison.equivalence_curve(
        pd.DataFrame(reference), pd.DataFrame(other), fold, margins
    ).dropna(subset="p")
