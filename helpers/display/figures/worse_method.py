"""A margin from a decision: how often the worse of two methods is taken, trained once each."""

import numpy as np

from helpers.display.figures.look import (
    LINES,
    PALETTE,
    arm_colours,
    described,
    each,
    titled,
    unable,
)
from helpers.statistics import decision, planning

RISK = 0.05


def worse_method(sds, ax, most=2.0):
    """The chance of taking the worse of two methods against how far apart they are, a line an arm.

    sds : dict of name → SD of the run medians, points, left out where None or 0; most : points
    """
    known = {name: sd for name, sd in sds.items() if sd}
    if not known:
        return unable(ax, "No SD above 0 is known: nothing scatters, or there is one run.")
    apart, told = np.linspace(0, most, 101), []
    lines, colours = each(known, LINES), arm_colours(sds)
    for name, sd in known.items():
        chance = 100 * decision.chance_of_the_worse(apart, sd)
        ax.plot(apart, chance, ls=lines[name], c=colours[name], label=f"{name}, SD {sd:.2f}")
        told.append(f"{name} {decision.difference_told(sd, RISK):.2f}")
    _axes(ax)
    ax.legend(fontsize="x-small")
    title = f"Trained once each, the worse is taken in {RISK:.0%} at {', '.join(told)} points"
    return titled(ax, title, "Lines of the chance of the worse method.")


def at_a_glance(sd, difference, trainings, repetitions, ax):
    """The same of one SD, a difference marked; and what it takes to show a margin.

    sd, difference : points; trainings : of each method; repetitions : of one, for the verdict
    """
    apart = np.linspace(0, max(2.0, difference), 101)
    ax.plot(apart, 100 * decision.chance_of_the_worse(apart, sd, trainings), color=PALETTE[0])
    chance = decision.chance_of_the_worse(difference, sd, trainings)
    ax.plot(difference, 100 * chance, "o", color=PALETTE[3])
    _axes(ax)
    said = f"{difference:g} points apart, SD {sd:g}, trained {trainings} ×: the worse {chance:.1%}"
    passing = planning.verdict_power(sd, repetitions, difference) if difference else 0.0
    least = planning.margin_with_power(sd, repetitions)
    more = (
        f"{repetitions} repetitions within ±{difference:g}: {passing:.0%} before looking; "
        f"80 % from ±{least:.2f}"
    )
    ax.set_title(f"{said}\n{more}", fontsize="medium")
    return described(ax, f"Line of the chance of the worse method. {said}; {more}.")


def _axes(ax):
    ax.axhline(100 * RISK, color="0.7", lw=1)
    ax.set(
        xlabel="how far apart the two methods are (points of DSC)",
        ylabel="the worse is taken (%)",
        ylim=(-1, 52),
    )
