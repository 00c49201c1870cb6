"""The power of each rule: how far apart two runs must be until it tells them apart."""

import numpy as np

from helpers.display.figures.look import MARKS, PALETTE, each, titled, unable

WANTED = 0.8


def power(found, ax, of="Simulated"):
    """How often each rule tells two runs apart, against how far apart they are.

    found : frame of `simulation.size_and_power`; of : what its noise is
    """
    two = found[found["compares"] == "two runs"].dropna(subset="rate")
    rules = (two["rule"] + " · " + two["unit"]).str.removesuffix(" · none")
    colours, marks, reached = each(rules, PALETTE), each(rules, MARKS), {}
    for rule, rows in two.groupby(rules, sort=False):
        ax.plot(
            rows["shift"], 100 * rows["rate"], f"{marks[rule]}-", color=colours[rule], label=rule
        )
        reached[rule] = _shift_at(rows["shift"].to_numpy(), rows["rate"].to_numpy())
    if not reached:
        return unable(ax, "Too few patients for any rule.")
    ax.axhline(100 * WANTED, color="0.7", lw=1)
    ax.set(xlabel="the second run is better by (points of DSC)", ylabel="told apart (%)")
    ax.legend(fontsize="x-small")
    first, last = min(reached, key=reached.get), max(reached, key=reached.get)
    title = f"{of}, 80 % power: {first} {_far(reached[first])}, {last} {_far(reached[last])}"
    more = "; ".join(f"{name} {_far(shift)}" for name, shift in reached.items())
    return titled(ax, title, "Lines of power against the shift.", f"80 % power: {more}.")


def _shift_at(shifts, rates):
    if rates.max() < WANTED:
        return np.inf
    above = int(np.argmax(rates >= WANTED))
    return float(np.interp(WANTED, rates[max(above - 1, 0) : above + 1], shifts[above - 1 :][:2]))


def _far(shift):
    return "at no shift shown" if np.isinf(shift) else f"at {shift:.2f} points"
