"""Which operations part: how many distinct results each probe gave."""

import numpy as np

from helpers.display.figures.look import PALETTE, titled

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


def _finding(counts, runs):
    parted = counts[counts.max(axis=1) > 1]
    title = f"{len(parted)} of {len(counts)} kinds of probe part in {runs} runs"
    more = "; ".join(
        f"{name}: {', '.join(f'{on} {n:.0f}' for on, n in row[row > 1].items())}"
        for name, row in parted.iterrows()
    )
    return title, more.replace("\n", " ") or "All repeat themselves"
