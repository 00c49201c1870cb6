"""How runs with the same seeds part from the first of them, step by step: weights and DSC."""

import numpy as np
import seaborn as sns

from helpers.display.figures.look import LINES, arm_colours, described, each, titled, unable
from helpers.errors import InputError
from helpers.nondeterminism import rounding

BENT = 1.2  # a typical factor to the line above which the title owns up to it


def parting(distances, ax):
    """How far runs with the same seeds are from the first, step by step.

    distances : columns arm, run, step and distance (relative, of all weights)
    """
    shown = distances[distances["run"] > 0]
    look = {"palette": arm_colours(shown["arm"].unique()), "units": "run", "estimator": None}
    sns.lineplot(shown, x="step", y="distance", hue="arm", style="arm", ax=ax, **look)
    ax.set_yscale("symlog", linthresh=1e-8)
    ax.set_ylim(bottom=-1e-9)
    ends = shown[shown["step"] == shown["step"].max()].groupby("arm")["distance"].max()
    says = ", ".join(f"{arm} {far:.1e}" for arm, far in ends.items())
    title = f"Distance after {shown['step'].max()} steps: {says}"
    ax.set(xlabel="step", ylabel="relative distance of the weights")
    ax.set_title(title, wrap=True)
    return described(ax, f"Lines of the distance to the first run. {title}.")


def growth(distances, ax, first=None, last=None):
    """Distance to the first run against the step, on a log scale, with its rate of growth.

    distances   : columns arm, run, step, distance, as ``same_seed_runs`` gives
    first, last : steps between which the rate of the runs' median is fitted (``rounding.growth``);
                  the title says where it is typically off by more than the factor ``BENT``
    """
    shown = distances[distances["run"] > 0]
    if not (shown["distance"] > 0).any():
        return unable(ax, "The runs are identical: nothing grows.")
    lines, colours, says = each(shown["arm"], LINES), arm_colours(shown["arm"].unique()), []
    for arm, runs in shown.groupby("arm", sort=False):
        middle = _lines(runs, ax, ls=lines[arm], color=colours[arm])
        ax.plot([], [], ls=lines[arm], color=colours[arm], label=arm)
        says.append(f"{arm} {_rate(middle, ax, colours[arm], first, last)}")
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
    colours = arm_colours(moved.index.unique("arm"))
    for arm, of_arm in moved.groupby("arm", sort=False):
        for _, one in of_arm.droplevel("arm").items():
            ax.plot(one.index, one, "o-", color=colours[arm], alpha=0.6, label=arm)
    named = dict(zip(*reversed(ax.get_legend_handles_labels()), strict=True))
    ax.legend(named.values(), named, fontsize="x-small")
    ax.set(xlabel="step", ylabel="DSC moved (points)")
    most = moved.max(axis=1).groupby("arm", sort=False).max()
    title = "DSC moves by up to " + ", ".join(f"{m:.1f} ({arm})" for arm, m in most.items())
    return titled(ax, title, "Lines of the change of mean DSC to the first run by step.")


def _lines(runs, ax, **look):
    """A thin line a run; returns the median distance by step."""
    for _, run in runs.groupby("run"):
        seen = run[run["distance"] > 0]
        ax.plot(seen["step"], seen["distance"], alpha=0.5, lw=1, **look)
    return runs.groupby("step")["distance"].median()


def _rate(middle, ax, colour, first, last):
    """The rate of growth of the median distances, drawn as a thick line, in words."""
    try:
        found = rounding.growth(middle.index, middle.to_numpy(), first, last)
    except InputError:
        return "no rate"
    part = middle[(middle > 0) & middle.index.to_series().between(found.first, found.last)]
    level = np.log(part).mean() - found.rate * part.index.to_numpy().mean()
    ax.plot(part.index, np.exp(level + found.rate * part.index.to_numpy()), color=colour, lw=3)
    bent = f", off by ×{found.misfit:.1f}" if found.misfit > BENT else ""
    return f"×{found.factor:.2f} a step (steps {found.first} to {found.last}{bent})"
