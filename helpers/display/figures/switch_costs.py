"""What each switch brings, and what it costs in time."""

import numpy as np
import pandas as pd

from helpers.display.figures.look import PALETTE, titled

SAME, PARTED, AS_REFERENCE = (PALETTE[0], ".."), (PALETTE[1], "//"), (PALETTE[2], "")


def switches(found, axes):
    """Distinct digests of same-seed runs beside the milliseconds of a step, a row a setting.

    found : frame of ``switch_costs.table``; axes : two, side by side, with a common y
    """
    digests, times = axes
    names, runs = list(found["setting"]), int(found["runs"].max())
    for row, one in enumerate(found.itertuples()):
        alike = AS_REFERENCE if one.as_reference is True else SAME
        colour, hatch = PARTED if one.distinct > 1 else alike
        digests.barh(row, np.nan_to_num(one.distinct), color=colour, hatch=hatch, edgecolor="white")
        if pd.isna(one.distinct):
            digests.text(0.1, row, "not here", va="center", fontsize="x-small")
        times.barh(row, np.nan_to_num(one.ms_median), color="0.75")
        times.plot(one.ms_best, row, "|", color="0.2")
        if not pd.isna(one.ratio):
            text = f" ×{one.ratio:.2f}{_spread(one)}"
            times.text(one.ms_median, row, text, va="center", fontsize="x-small")
    digests.set_yticks(range(len(names)), names)
    digests.set(xlabel=f"distinct digests of {runs} runs", ylim=(len(names) - 0.5, -0.5))
    times.set(xlabel="ms a step: median, best (|)", title="")
    times.margins(x=0.15)
    one = found[found["distinct"] == 1]["setting"]
    title = f"One digest: {len(one)} of {found['distinct'].notna().sum()} settings"
    same = ", ".join(found[found["as_reference"].eq(True)]["setting"])
    titled(digests, title, "Bars.", f"They are {', '.join(one)}; the reference's digest: {same}")
    timed = found.dropna(subset="ratio").itertuples()
    says = ", ".join(f"{one.setting} ×{one.ratio:.2f}{_spread(one)}" for one in timed)
    titled(times, "Time of a step", "Bars.", f"Ratio to no switch at all: {says}")
    return axes


def _spread(row):
    """The lowest and highest ratio of a row's rounds; nothing where there was one round."""
    low, high = getattr(row, "ratio_low", np.nan), getattr(row, "ratio_high", np.nan)
    return f" ({low:.2f} to {high:.2f})" if low < high else ""
