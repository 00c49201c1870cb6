"""Figures of rounding: sums in many orders, and how a difference grows from step to step.

Each takes data and an ``ax`` and returns the ``ax``, whose label is its alternative text.
"""

import numpy as np
import pandas as pd

from helpers.display.evidence import titled, unable
from helpers.display.figures import PALETTE, arm_colour
from helpers.errors import InputError
from helpers.nondeterminism import rounding

BENT = 1.2  # a typical factor to the line above which the title owns up to it
_EXACT = 1e-17  # where an error of 0 is drawn
_LINES = ("-", "--", ":", "-.")


def sums(found, ax):
    """How far the sums of the same numbers in many orders are from the exact one, as dots.

    found : list of dicts or frame of `helpers.nondeterminism.rounding.sums`
    """
    found, says = pd.DataFrame(found), []
    ways = list(found["way"].unique())
    for place, way in enumerate(ways):
        one = found[found["way"] == way]
        errors = one["error"].abs().clip(lower=_EXACT)
        spread = np.linspace(-0.3, 0.3, len(errors))
        ax.plot(errors, place + spread, ".", color=PALETTE[place])
        says.append(f"{way} {one['sum'].nunique()} sums, {_off(one['error'])}")
    ax.set_xscale("log")
    ax.set_yticks(range(len(ways)), ways)
    ax.set(xlabel="relative error of the sum", ylim=(len(ways) - 0.5, -0.5))
    orders = found["order"].nunique()
    counts = ", ".join(s.split(",")[0] for s in says)
    return titled(
        ax, f"{orders} orders: {counts}", "Dots of errors by way of adding.", "; ".join(says)
    )


def growth(distances, ax, first=None, last=None):
    """Distance to the first run against the step, on a log scale, with its rate of growth.

    distances   : columns arm, run, step, distance, as ``same_seed_runs`` gives
    first, last : steps between which the rate is fitted, as in ``rounding.growth``;
                  the rate is that of the median of the runs; where distances are typically
                  further than ``BENT`` from the line, the title says by which factor
    """
    shown = distances[distances["run"] > 0]
    if not (shown["distance"] > 0).any():
        return unable(ax, "The runs are identical: nothing grows.")
    says = [
        _arm(arm, runs, ax, line, first, last)
        for (arm, runs), line in zip(shown.groupby("arm", sort=False), _LINES, strict=False)
    ]
    ax.set_yscale("log")
    ax.set(xlabel="step", ylabel="relative distance of the weights")
    ax.legend(fontsize="x-small")
    ends = shown[shown["step"] == shown["step"].max()]["distance"]
    more = f"After {shown['step'].max()} steps the distance is up to {ends.max():.1%}."
    return titled(ax, "; ".join(says), "Lines of the distance to the first run by step.", more)


def dsc_growth(runs, ax):
    """How far the DSC of held-out patients is from that of the first run, against the step.

    runs : columns arm, run, step, dsc_percent, as ``same_seed_runs`` gives
    """
    wide = runs.dropna(subset="dsc_percent").pivot(
        index=["arm", "step"], columns="run", values="dsc_percent"
    )
    moved = wide.sub(wide[0], axis=0).abs().drop(columns=0)
    for arm, of_arm in moved.groupby("arm", sort=False):
        for _, one in of_arm.droplevel("arm").items():
            ax.plot(one.index, one, "o-", color=arm_colour(arm), alpha=0.6, label=arm)
    named = dict(zip(*reversed(ax.get_legend_handles_labels()), strict=True))
    ax.legend(named.values(), named, fontsize="x-small")
    ax.set(xlabel="step", ylabel="DSC moved (points)")
    most = moved.max(axis=1).groupby("arm", sort=False).max()
    title = "DSC moves by up to " + ", ".join(f"{m:.1f} ({arm})" for arm, m in most.items())
    return titled(ax, title, "Lines of the change of mean DSC to the first run by step.")


def _off(errors):
    worst = errors.abs().max()
    return f"off by up to {worst:.0e}" if worst else "exact"


def _arm(arm, runs, ax, line, first, last):
    colour = arm_colour(arm)
    for _, run in runs.groupby("run"):
        seen = run[run["distance"] > 0]
        ax.plot(seen["step"], seen["distance"], line, color=colour, alpha=0.5, lw=1)
    middle = runs.groupby("step")["distance"].median()
    ax.plot([], [], line, color=colour, label=arm)
    try:
        found = rounding.growth(middle.index, middle.to_numpy(), first, last)
    except InputError:
        return f"{arm} no rate"
    part = middle[(middle > 0) & middle.index.to_series().between(found.first, found.last)]
    level = np.log(part).mean() - found.rate * part.index.to_numpy().mean()
    ax.plot(part.index, np.exp(level + found.rate * part.index.to_numpy()), color=colour, lw=3)
    bent = f", off by ×{found.misfit:.1f}" if found.misfit > BENT else ""
    return f"{arm} ×{found.factor:.2f} a step (steps {found.first} to {found.last}{bent})"
