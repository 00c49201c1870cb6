"""Figures of what the rules can see, by simulation: false alarms, power, and what R runs can show.

Each takes what `helpers.statistics.simulation` and `planning` give and an ``ax``, returns the
``ax``. The label of the ``ax`` is its alternative text.
"""

import numpy as np
import pandas as pd

from helpers.display.evidence import titled, unable
from helpers.display.figures import PALETTE
from helpers.statistics import planning, repeatability, simulation
from helpers.statistics.arm_comparison import ALPHA

VALID, NOT_VALID, NO_TEST = (PALETTE[2], ""), (PALETTE[3], "//"), (PALETTE[7], "..")
MARKS = ("o", "s", "^", "v", "D")
WANTED = 0.8


def power(found, ax):
    """How often each rule tells two runs apart, against how far apart they are.

    found : frame of `simulation.size_and_power`
    """
    two = found[found["compares"] == "two runs"].dropna(subset="rate")
    reached = {}
    for (rule, colour), mark in zip(_rules(two), MARKS, strict=False):
        rows = two[two["rule"] + " · " + two["unit"] == rule]
        name = rule.removesuffix(" · none")
        ax.plot(rows["shift"], 100 * rows["rate"], f"{mark}-", color=colour, label=name)
        reached[name] = _shift_at(rows["shift"].to_numpy(), rows["rate"].to_numpy())
    if not reached:
        return unable(ax, "Too few patients for any rule.")
    ax.axhline(100 * WANTED, color="0.7", lw=1)
    ax.set(xlabel="the second run is better by (points of DSC)", ylabel="told apart (%)")
    ax.legend(fontsize="x-small")
    first, last = min(reached, key=reached.get), max(reached, key=reached.get)
    title = f"Simulated, 80 % power: {first} {_far(reached[first])}, {last} {_far(reached[last])}"
    more = "; ".join(f"{name} {_far(shift)}" for name, shift in reached.items())
    return titled(ax, title, "Lines of power against the shift.", f"80 % power: {more}.")


def false_alarms(found, ax):
    """How often each rule tells runs apart: bars, beside the 5 % that a test allows itself.

    found : frame of `simulation.rejections`, of runs that do not differ
    """
    return _bars(found, ax, "Simulated runs that do not differ", "told apart (%)")


def at_a_glance(patients, repetitions, shift, margin, ax, seed=2018, tables=100):
    """What every rule says of simulated runs of which the second is ``shift`` points better.

    patients : four or more, in ten folds or in pairs; repetitions : two or more
    shift, margin : points of DSC

    The runs are those of `simulation.Truth`: a fold's model shares half of a patient's noise.
    """
    truth = simulation.Truth(patients=patients, folds=min(10, patients // 2), runs=repetitions)
    drawn = simulation.simulate(truth, seed, tables, shift)
    found = simulation.rejections(drawn, truth.fold())
    shown = _bars(
        found, ax, f"{repetitions} simulated runs, one {shift:g} points better", "told apart (%)"
    )
    repeatable = np.mean(_rc_upper(np.median(drawn, axis=2)) < margin)
    verdict = f"Verdict 'repeatable within ±{margin:g}' in {repeatable:.0%}"
    ax.set_title(f"{ax.get_title()}\n{verdict}", fontsize="medium")
    ax.set_label(f"{ax.get_label()} {verdict} of {tables} simulated studies.")
    return shown


def verdict_power(sds, margin, ax, most=60):
    """The chance of the verdict "repeatable" against the number of repetitions, a line an arm.

    sds : dict of name → SD of the run medians, points, left out where None or 0
    """
    known = {name: sd for name, sd in sds.items() if sd}
    if not known:
        return unable(ax, "No arm scatters: nothing is left to plan.")
    runs, needed_of = range(2, most + 1), []
    styles = ("-", "--", ":", "-.", (0, (5, 1, 1, 1)), (0, (1, 3)))
    for (name, sd), line, colour in zip(known.items(), styles, PALETTE, strict=False):
        chance = [100 * planning.verdict_power(sd, r, margin) for r in runs]
        ax.plot(runs, chance, ls=line, color=colour, label=f"{name}, SD {sd:.2f}")
        needed = planning.runs_needed(sd, margin)
        needed_of.append(f"{name} {needed or 'never'}")
    ax.axhline(100 * WANTED, color="0.7", lw=1)
    ax.set(xlabel="repetitions", ylabel=f"found repeatable within ±{margin:g} (%)", ylim=(-3, 103))
    ax.legend(fontsize="x-small")
    title = f"Repetitions for 80 %, if these SDs are the true ones: {', '.join(needed_of)}"
    return titled(ax, title, "Lines of the chance of the verdict.")


def _rules(found):
    names = pd.unique(found["rule"] + " · " + found["unit"])
    return zip(names, PALETTE, strict=False)


def _shift_at(shifts, rates):
    if rates.max() < WANTED:
        return np.inf
    above = int(np.argmax(rates >= WANTED))
    return float(np.interp(WANTED, rates[max(above - 1, 0) : above + 1], shifts[above - 1 :][:2]))


def _far(shift):
    return "at no shift shown" if np.isinf(shift) else f"at {shift:.2f} points"


def _bars(found, ax, of, xlabel):
    names = found["rule"] + " · " + found["compares"] + " · " + found["unit"]
    names = names.str.removesuffix(" · none")
    rates = 100 * found["rate"]
    for name, unit, rate in zip(names, found["unit"], rates, strict=True):
        colour, hatch = {"patient": NOT_VALID, "none": NO_TEST}.get(unit, VALID)
        ax.barh(name, np.nan_to_num(rate), color=colour, hatch=hatch, edgecolor="white")
        ax.text(
            max(np.nan_to_num(rate), 100 * ALPHA) + 1,
            name,
            _percent(rate),
            va="center",
            fontsize="small",
        )
    ax.axvline(100 * ALPHA, color="0.3", ls="--")
    ax.invert_yaxis()
    ax.set(xlabel=xlabel, xlim=(0, 112))
    worst = found.loc[found["unit"] == "patient", "rate"].max()
    title = f"{of}: tests over patients say they do in up to {_percent(100 * worst)}"
    more = "; ".join(f"{n} {_percent(r)}" for n, r in zip(names, rates, strict=True))
    return titled(ax, title, "Bars of how often runs are told apart.", more)


def _percent(rate):
    return "not possible" if np.isnan(rate) else f"{rate:.0f} %"


def _rc_upper(medians):
    upper = repeatability.sd_factors(medians.shape[1], 2 * repeatability.LEVEL - 1)[1]
    return repeatability.TWO_RUNS * medians.std(axis=1, ddof=1) * upper
