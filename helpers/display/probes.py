"""Figures of where randomness enters: which ops part, and what each switch brings and costs.

The label of an ``ax`` is its alternative text.
"""

import numpy as np
import pandas as pd

from helpers.display.evidence import titled
from helpers.display.figures import PALETTE

SAME, PARTED, ABSENT = PALETTE[0], PALETTE[1], "0.85"


def distinct_results(found, ax):
    """How many distinct results each probe gave, a row a probe, a column a framework and load.

    found : frame of ``probing.table``, or several joined; of a probe in several
            shapes the largest count is shown
    """
    load = np.where(found["loaded"].astype(bool), "\nbusy", "")
    found = found.assign(on=found["framework"] + load)
    counts = found.pivot_table(
        index="probe", columns="on", values="distinct", aggfunc="max", sort=False, dropna=False
    )
    for (row, column), count in np.ndenumerate(counts.to_numpy(float)):
        colour = ABSENT if np.isnan(count) else PARTED if count > 1 else SAME
        ax.barh(row, 0.92, 0.85, left=column - 0.46, color=colour, alpha=1 if count > 1 else 0.35)
        text = "not there" if np.isnan(count) else f"{count:.0f}"
        ax.text(column, row, text, ha="center", va="center", fontsize="x-small")
    ax.set_yticks(range(len(counts)), counts.index, fontsize="x-small")
    ax.set_xticks(range(counts.shape[1]), counts.columns, fontsize="small")
    ax.set(ylim=(len(counts) - 0.5, -0.5), xlim=(-0.5, counts.shape[1] - 0.5))
    title, more = _finding(counts, int(found["runs"].max()))
    return titled(ax, title, "Table of distinct results by probe.", more)


def switches(found, axes):
    """Distinct digests of same-seed runs beside the milliseconds of a step, a row a setting.

    found : frame of ``switch_costs.table``; axes : two, side by side, with a common y
    """
    digests, times = axes
    names, runs = list(found["setting"]), int(found["runs"].max())
    for row, one in enumerate(found.itertuples()):
        colour, hatch = _look(one)
        digests.barh(row, np.nan_to_num(one.distinct), color=colour, hatch=hatch, edgecolor="white")
        if pd.isna(one.distinct):
            digests.text(0.1, row, "a GPU only", va="center", fontsize="x-small")
        times.barh(row, np.nan_to_num(one.ms_median), color="0.75")
        times.plot(one.ms_best, row, "|", color="0.2")
        if not pd.isna(one.ratio):
            times.text(one.ms_median, row, f" ×{one.ratio:.2f}", va="center", fontsize="x-small")
    digests.set_yticks(range(len(names)), names)
    digests.set(xlabel=f"distinct digests of {runs} runs", ylim=(len(names) - 0.5, -0.5))
    times.set(xlabel="ms a step: median, best (|)", title="")
    times.margins(x=0.15)
    one = found[found["distinct"] == 1]["setting"]
    title = f"One digest: {len(one)} of {found['distinct'].notna().sum()} settings"
    same = ", ".join(found[found["as_reference"].eq(True)]["setting"])
    titled(digests, title, "Bars.", f"They are {', '.join(one)}; the reference's digest: {same}")
    says = ", ".join(
        f"{s.setting} ×{s.ratio:.2f}" for s in found.dropna(subset="ratio").itertuples()
    )
    titled(times, "Time of a step", "Bars.", f"Ratio to no switch at all: {says}")
    return axes


def _look(one):
    if one.distinct > 1:
        return PARTED, "//"
    return (PALETTE[2], "") if one.as_reference is True else (SAME, "..")


def _finding(counts, runs):
    parted = counts[counts.max(axis=1) > 1]
    title = f"{len(parted)} of {len(counts)} kinds of probe part in {runs} runs"
    more = "; ".join(
        f"{name}: {', '.join(f'{on} {n:.0f}' for on, n in row[row > 1].items())}"
        for name, row in parted.iterrows()
    )
    return title, more.replace("\n", " ") or "All repeat themselves"
