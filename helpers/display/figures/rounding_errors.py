"""Rounding errors of a sum: the same numbers added in many orders."""

import numpy as np
import pandas as pd

from helpers.display.figures.look import PALETTE, each, titled

_EXACT = 1e-17  # where an error of 0 is drawn


def sums(found, ax):
    """How far the sums of the same numbers in many orders are from the exact one, as dots.

    found : list of dicts or frame of `helpers.nondeterminism.rounding.sums`
    """
    found, says = pd.DataFrame(found), []
    colours = each(found["way"], PALETTE)
    for place, way in enumerate(colours):
        one = found[found["way"] == way]
        errors = one["error"].abs().clip(lower=_EXACT)
        spread = np.linspace(-0.3, 0.3, len(errors))
        ax.plot(errors, place + spread, ".", color=colours[way])
        worst = one["error"].abs().max()
        off = f"off by up to {worst:.0e}" if worst else "exact"
        says.append(f"{way} {one['sum'].nunique()} sums, {off}")
    ax.set_xscale("log")
    ax.set_yticks(range(len(colours)), colours)
    ax.set(xlabel="relative error of the sum", ylim=(len(colours) - 0.5, -0.5))
    counts = ", ".join(s.split(",")[0] for s in says)
    title = f"{found['order'].nunique()} orders: {counts}"
    return titled(ax, title, "Dots of errors by way of adding.", "; ".join(says))
