"""Are two arms equivalent? p of equivalence against the margin, an arm a line."""

import numpy as np

from helpers.display.figures.look import LINES, PALETTE, arm_colours, each, titled, unable
from helpers.statistics import arm_comparison

ANSWERS = {
    "equivalent": (PALETTE[2], "o"),
    "different": (PALETTE[3], "X"),
    "undecided": (PALETTE[7], "^"),
}
_TICKS = (0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20)


def equivalence(arms, reference, ax):
    """p of equivalence against the margin, an arm a line, the answer by colour and mark.

    arms : dict of arm → `Runs` of the same patients and folds; reference : the name of one.
    Arms whose runs are all identical are not tested.
    """
    tested = {arm: runs for arm, runs in arms.items() if runs.differ}
    others = [arm for arm in tested if arm != reference]
    if reference not in tested or not others or tested[reference].fold is None:
        return unable(ax, f"No arm to test against {reference}: both need runs that differ.")
    lines, colours, passes = each(others, LINES), arm_colours(arms), []
    for arm in others:
        curve = _curve(tested[reference], tested[arm])
        ax.plot(curve["margin"], curve["p"], ls=lines[arm], color=colours[arm], label=arm)
        for answer, rows in curve.groupby("answer"):
            colour, mark = ANSWERS[answer]
            ax.plot(rows["margin"], rows["p"], mark, c=colour, ms=4, markevery=3)
        passes.append(f"{arm} {_first_margin(curve)}")
    for answer, (colour, mark) in ANSWERS.items():
        ax.plot([], [], mark, color=colour, label=answer)
    ax.axhline(arm_comparison.ALPHA, color="0.7", lw=1)
    ax.set(xscale="log", xlabel="margin (points of DSC)", ylabel="p of equivalence (fold level)")
    _plain_ticks(ax)
    ax.legend(fontsize="x-small")
    title = f"Equivalent to {reference}: {'; '.join(passes)}"
    return titled(ax, title, "p against the margin.")


def _curve(reference, other):
    margins = np.geomspace(0.02, 20, 90)
    curve = arm_comparison.equivalence_curve(reference.dsc, other.dsc, reference.fold, margins)
    known = curve.dropna(subset="p")
    return known[known["p"].shift(fill_value=1) > 1e-4]


def _plain_ticks(ax):
    lowest, highest = ax.get_xlim()
    ax.set_xticks(_TICKS, _TICKS)
    ax.minorticks_off()
    ax.set_xlim(max(lowest, 0.01), highest)


def _first_margin(curve):
    if curve.empty:
        return "has no p: there is one fold, or all differ alike"
    margin = curve.loc[curve["answer"] == "equivalent", "margin"].min()
    return "at no margin shown" if np.isnan(margin) else f"from {margin:.2g} points"
