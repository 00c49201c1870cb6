"""False alarms: how often each rule tells simulated runs apart, beside the 5 % allowed."""

import numpy as np

from helpers.display.figures.look import PALETTE, described, titled
from helpers.statistics import repeatability, simulation
from helpers.statistics.arm_comparison import ALPHA

VALID, NOT_VALID, NO_TEST = (PALETTE[2], ""), (PALETTE[3], "//"), (PALETTE[7], "..")


def false_alarms(found, ax, of="Simulated runs that do not differ"):
    """How often each rule tells runs apart: bars, beside the 5 % that a test allows itself.

    found : frame of `simulation.rejections`; of : what its runs are
    """
    names = found["rule"] + " · " + found["compares"] + " · " + found["unit"]
    names, rates = names.str.removesuffix(" · none"), 100 * found["rate"]
    for name, unit, rate in zip(names, found["unit"], rates, strict=True):
        colour, hatch = {"patient": NOT_VALID, "none": NO_TEST}.get(unit, VALID)
        width = np.nan_to_num(rate)
        ax.barh(name, width, color=colour, hatch=hatch, edgecolor="white")
        ax.text(max(width, 100 * ALPHA) + 1, name, _percent(rate), va="center", fontsize="small")
    ax.axvline(100 * ALPHA, color="0.3", ls="--")
    ax.invert_yaxis()
    ax.set(xlabel="told apart (%)", xlim=(0, 112))
    worst = found.loc[found["unit"] == "patient", "rate"].max()
    title = f"{of}: tests over patients say they do in up to {_percent(100 * worst)}"
    more = "; ".join(f"{n} {_percent(r)}" for n, r in zip(names, rates, strict=True))
    return titled(ax, title, "Bars of how often runs are told apart.", more)


def at_a_glance(patients, repetitions, shift, margin, ax, seed=2018, tables=100):
    """What every rule says of simulated runs of which the second is ``shift`` points better.

    patients : four or more, in ten folds or in pairs; repetitions : two or more
    shift, margin : points of DSC
    The runs are those of `simulation.Truth`: a fold's model shares half of a patient's noise.
    """
    truth = simulation.Truth(patients=patients, folds=min(10, patients // 2), runs=repetitions)
    drawn = simulation.simulate(truth, seed, tables, shift)
    found = simulation.rejections(drawn, truth.fold())
    false_alarms(found, ax, f"{repetitions} simulated runs, one {shift:g} points better")
    levels = [repeatability.run_level(medians, margin) for medians in np.median(drawn, axis=2)]
    repeatable = np.mean([level.rc_upper < margin for level in levels])
    verdict = f"Verdict 'repeatable within ±{margin:g}' in {repeatable:.0%}"
    ax.set_title(f"{ax.get_title()}\n{verdict}", fontsize="medium")
    return described(ax, f"{ax.get_label()} {verdict} of {tables} simulated studies.")


def _percent(rate):
    return "not possible" if np.isnan(rate) else f"{rate:.0f} %"
