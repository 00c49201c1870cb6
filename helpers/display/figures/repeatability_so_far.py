"""The repeatability coefficient RC as runs accumulate, beside the margin."""

import numpy as np

from helpers.display.figures.look import PALETTE, titled, unable
from helpers.statistics import planning


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
