"""The median of each repetition as a dot, for a reader who knows none of the words."""

import numpy as np

from helpers.display.figures.look import titled
from helpers.plain import decimals
from helpers.statistics.summary import better


def plain_dots(found, colours, ax):
    """A row of dots for each way of repeating, with its SD; the title names the most scattered.

    found   : dict of what a way is called → summary; the SD is that which the verdict rests on
    colours : dict of what a way is called → colour
    """
    spreads = {name: better(numbers)["run_sd"] for name, numbers in found.items()}
    beside = ax.get_yaxis_transform()
    for place, (name, numbers) in enumerate(found.items()):
        medians = np.sort(numbers["medians"])
        offsets = np.resize([0, 0.13, -0.13, 0.26, -0.26], len(medians))
        ax.plot(medians, place + offsets, "o", color=colours[name], alpha=0.7, ms=6)
        ax.text(1.02, place, _sd(spreads[name]), va="center", transform=beside)
    ax.set_yticks(range(len(found)), [name.replace(", ", ",\n") for name in found])
    ax.set_ylim(len(found) - 0.4, -0.6)
    ax.grid(axis="x", color="0.9")
    ax.set_axisbelow(True)
    ax.set_xlabel("median overlap with the true outline, DSC (%)")
    more = "; ".join(f"{name}: {_sd(sd)} points" for name, sd in spreads.items())
    return titled(ax, _widest(spreads), "A dot a repetition, a row a way of repeating.", f"{more}.")


def _widest(spreads):
    """The title: which way scatters most, and what ± means."""
    name, most = max(spreads.items(), key=lambda item: item[1] or 0.0)
    if not most:
        return "Nothing is seen to scatter"
    return f"Furthest from their mean, typically by {_sd(most)} points: {name[0].lower()}{name[1:]}"


def _sd(value):
    """An SD, or a dash where one repetition has none."""
    return "–" if value is None else f"± {decimals(value, 2)}"
