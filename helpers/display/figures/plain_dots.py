"""The median of each repetition as a dot, for a reader who knows none of the words."""

import numpy as np

from helpers.display.figures.look import PALETTE, titled


def plain_dots(found, ax):
    """A row of dots for each way of repeating; the title says how far apart they lie.

    found : dict of what a way is called → summary
    """
    spreads = {}
    for place, (name, numbers) in enumerate(found.items()):
        medians = np.sort(numbers["medians"])
        offsets = np.resize([0, 0.13, -0.13, 0.26, -0.26], len(medians))
        ax.plot(medians, place + offsets, "o", color=PALETTE[place % len(PALETTE)], alpha=0.7, ms=6)
        spreads[name] = np.ptp(medians)
    ax.set_yticks(range(len(found)), [name.replace(", ", ",\n") for name in found])
    ax.set_ylim(len(found) - 0.4, -0.6)
    ax.grid(axis="x", color="0.9")
    ax.set_axisbelow(True)
    ax.set_xlabel("median overlap with the true outline, DSC (%)")
    widest, most = max(spreads.items(), key=lambda item: item[1])
    title = f"Furthest apart: {most:.2f} points ({widest[0].lower()}{widest[1:]})"
    more = "; ".join(f"{name}: {width:.2f} points apart" for name, width in spreads.items())
    return titled(ax, title, "A dot a repetition, a row a way of repeating.", f"{more}.")
