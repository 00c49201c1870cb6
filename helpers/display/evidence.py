"""Figures of what the runs of a study show: each takes data and an ``ax`` and returns the ``ax``.

A table of DSC is (repetitions, patients), in %. Where the data are too few, the ``ax`` says so in
a sentence. The label of the ``ax`` is its alternative text: the finding, with its numbers.
"""

import numpy as np
import pandas as pd
from matplotlib.colors import PowerNorm

from helpers.display.figures import PALETTE, interval_strip
from helpers.statistics import arm_comparison, best_run, common_band, intervals, planning
from helpers.statistics.summary import SEED

ANSWERS = {
    "equivalent": (PALETTE[2], "o"),
    "different": (PALETTE[3], "X"),
    "undecided": (PALETTE[7], "^"),
}


def interval_table(strip, ax):
    """Median and 95 % interval of each repetition as the table that was published.

    strip : columns repetition, median, lower, upper in %
    """
    rows = max(13, -(-len(strip) // 4))
    lines = [_row(one) for one in strip.itertuples()]
    blocks = [lines[start : start + rows] for start in range(0, len(lines), rows)]
    size = min(8, 2.9 * ax.figure.get_figwidth() / len(blocks))
    for number, block in enumerate(blocks):
        text = "\n".join([_line("run", "median", "95 % CI"), *block])
        look = {"family": "monospace", "va": "top", "size": size}
        ax.text(number / len(blocks), 1, text, transform=ax.transAxes, **look)
    ax.set_axis_off()
    medians = strip["median"]
    return titled(
        ax,
        f"Medians of {len(strip)} repetitions: {medians.min():.2f} to {medians.max():.2f} % DSC",
        "A table of medians with 95 % intervals.",
    )


def strip_and_chance(table, fold, ax, colour=PALETTE[0], shuffles=999):
    """The interval strip, its common band, and where chance puts the band's two edges.

    table : (repetitions, patients); fold : (patients,) or None; shuffles : within folds.
    Chance is not asked of identical runs.
    """
    strip = intervals.overlap_table(table)
    if strip["lower"].isna().any():
        return unable(ax, f"{np.shape(table)[1]} patients are too few for a 95 % interval.")
    thin(interval_strip(strip, ax, colour).yaxis)
    if fold is None or not _differ(table):
        return ax
    chance = common_band.null_band(table, fold, SEED, shuffles)
    look = {"facecolor": "none", "edgecolor": "0.35", "zorder": 0}
    ax.axvspan(*chance.max_lower, hatch="////", label="highest lower bound by chance", **look)
    ax.axvspan(*chance.min_upper, hatch="\\\\", label="lowest upper bound by chance", **look)
    ax.legend(fontsize="x-small", loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
    low, high = chance.spare_range
    title = (
        f"{ax.get_title()}\n{chance.spare:.2f} points to spare, by chance {low:.2f} to {high:.2f}"
    )
    kind = f"Median and 95 % interval of {len(strip)} repetitions."
    return titled(ax, title, kind, str(chance))


def run_dots(found, ax, published=None):
    """Run medians of each arm as dots, the interval of the next run, and a published value.

    found : dict of arm → summary; published : DSC in %, a dashed line or an arrow at the edge
    """
    sentences = {}
    for place, (arm, numbers) in enumerate(found.items()):
        medians = np.sort(numbers["medians"])
        offsets = np.resize([0, 0.12, -0.12, 0.24, -0.24], len(medians))
        ax.plot(medians, place + offsets, "o", color=PALETTE[0], alpha=0.6, ms=4)
        sentences[arm] = f"{arm} {_next_run(numbers, place, ax)}"
    ax.set_yticks(range(len(found)), list(found))
    ax.set_ylim(len(found) - 0.4, -0.6)
    ax.set(xlabel="median DSC of a run (%); bar: where the next run is expected (95 %)")
    scattered = [arm for arm in found if found[arm]["verdict"] != "identical"]
    title = sentences[[*scattered, *found][0]]
    if published is not None:
        sentences["published value"] = _published(published, ax)
    more = "; ".join(sentences.values())
    return titled(ax, title[0].upper() + title[1:], "Dots of run medians.", more)


def equivalence(runs, fold, reference, ax):
    """p of equivalence against the margin, an arm a line, the answer by colour and mark.

    runs : dict of arm → (repetitions, patients); fold : (patients,), theirs; reference : an arm.
    Arms whose runs are all identical are not tested.
    """
    tested = {arm: table for arm, table in runs.items() if _differ(table)}
    others = [arm for arm in tested if arm != reference]
    if reference not in tested or not others or fold is None:
        return unable(ax, f"No arm to test against {reference}: identical runs are not tested.")
    passes = {}
    for arm, line in zip(others, ("-", "--", ":", "-.", (0, (5, 1, 1, 1))), strict=False):
        curve = _curve(tested[reference], tested[arm], fold)
        ax.plot(curve["margin"], curve["p"], color="0.4", ls=line, lw=1, label=arm)
        for answer, rows in curve.groupby("answer"):
            ax.plot(rows["margin"], rows["p"], ANSWERS[answer][1], c=ANSWERS[answer][0], ms=4)
        passes[arm] = _first_margin(curve)
    for answer, (colour, mark) in ANSWERS.items():
        ax.plot([], [], mark, color=colour, label=answer)
    ax.axhline(arm_comparison.ALPHA, color="0.7", lw=1)
    ax.set(xscale="log", xlabel="margin (points of DSC)", ylabel="p of equivalence (fold level)")
    _plain_ticks(ax)
    ax.legend(fontsize="x-small")
    says = "; ".join(f"{arm} {since}" for arm, since in passes.items())
    return titled(ax, f"Equivalent to {reference}: {says}", "p against the margin.")


def rank_map(table, ax, resamples=10_000):
    """How often each run takes each rank when patients are drawn again: a heat map.

    table : (repetitions, patients)
    """
    if np.shape(table)[0] < 2 or not _differ(table):
        return unable(ax, "Identical or single runs have no ranks.")
    shares = best_run.rank_shares(table, SEED, resamples)
    order = shares.mul(shares.columns, axis=1).sum(axis=1).sort_values().index
    image = ax.imshow(100 * shares.loc[order], cmap="cividis", norm=PowerNorm(0.5), aspect="auto")
    ax.figure.colorbar(image, ax=ax, label="% of resamples")
    places = range(0, len(shares), max(1, len(shares) // 10))
    ax.set_yticks(places, [order[place] for place in places])
    ax.set_xticks(places, [shares.columns[place] for place in places])
    ax.set(xlabel="rank (1 is the best)", ylabel="repetition")
    first = shares[1].idxmax()
    title = f"Run {first} ranks first in {shares[1].max():.0%} of the resamples"
    return titled(ax, title, "Heat map of ranks.", f"By its mean rank run {order[0]} is the best.")


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
    return titled(ax, title, "Repeatability against repetitions.", f"Verdict: {last['verdict']}")


def thin(axis, most=25):
    """An ``axis`` of names with every fifth of them where there are more than ``most``."""
    places = axis.get_ticklocs()
    if len(places) > most:
        axis.set_ticks(places[::5])
    return axis


def unable(ax, sentence):
    """An ``ax`` that says in a sentence why there is no figure."""
    ax.set_axis_off()
    if ax.figure.axes == [ax]:
        ax.figure.set_figheight(1)
    ax.text(0.5, 0.5, sentence, ha="center", va="center", wrap=True, transform=ax.transAxes)
    ax.set_label(f"No figure: {sentence}")
    return ax


def titled(ax, title, kind, more=""):
    """An ``ax`` with the finding as its title, and with kind and numbers as its label."""
    ax.set_title(title, fontsize="medium", wrap=True)
    ax.set_label(f"{kind} {title}. {more}".replace("\n", "; ").strip())
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
    ax.plot(np.clip([low, high], 0, 100), [place + 0.4] * 2, mark, color=PALETTE[1], ms=8)
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


def _curve(reference, other, fold):
    margins = np.geomspace(0.02, 20, 90)
    return (
        arm_comparison.equivalence_curve(
            pd.DataFrame(reference), pd.DataFrame(other), fold, margins
        )
        .dropna(subset="p")
        .loc[lambda curve: curve["p"].shift(fill_value=1) > 1e-4]
    )


def _plain_ticks(ax):
    limits, ticks = ax.get_xlim(), (0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20)
    ax.set_xticks(ticks, ticks)
    ax.minorticks_off()
    ax.set_xlim(max(limits[0], 0.01), limits[1])


def _first_margin(curve):
    if curve.empty:
        return "has folds that differ alike, so there is no p"
    margin = curve.loc[curve["answer"] == "equivalent", "margin"].min()
    return "at no margin shown" if np.isnan(margin) else f"from {margin:.2g} points"


def _differ(table):
    return bool(np.ptp(np.asarray(table), axis=0).any())
