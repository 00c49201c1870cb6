"""The median DSC of each machine's runs, machines with the same bits alike."""

import numpy as np

from helpers.display.figures.look import MARKS, PALETTE, titled
from helpers.plain import decimals
from helpers.statistics.room_summary import YARDSTICK

_MOST = 40  # machines that have a name on the axis
_LONGEST = 64  # characters of a name


def room_medians(room, found, arm, ax):
    """Medians of DSC in % by machine, lowest first; a colour and a mark for each group of bits.

    room : `Room`; found : its `room_summary`; the band is the SD of other seeds about the mean
    """
    results, letters = room.results(arm), room.letters(arm)
    order = sorted(results, key=lambda n: np.mean(results[n]))
    groups, names = room.groups(arm), room.names
    rows = {n: row for row, n in enumerate(order)}
    for look, group in enumerate(groups.values()):
        dots = [(median, rows[n]) for n in group.machines for median in results[n]]
        colour, mark = PALETTE[look % len(PALETTE)], MARKS[look % len(MARKS)]
        ax.plot(*zip(*dots, strict=True), mark, color=colour, alpha=0.8, ms=5)
    _name_rows([f"{_cut(names[n])}  [{letters[n]}]" for n in order], ax)
    band = _band(found, arm, ax)
    grey = "; grey: mean ± SD of other seeds" if band else ""
    ax.set(xlabel=f"median DSC of a run (%){grey}", ylim=(-0.8, len(order) - 0.2))
    low, high = min(map(min, results.values())), max(map(max, results.values()))
    title = f"{arm}: {len(groups)} different results on {len(order)} machines"
    told = "; ".join(f"{names[n]}, group {letters[n]}" for n in order[:_MOST])
    return titled(
        ax, title, "Dots of run medians by machine.", f"{low:.2f} to {high:.2f} %{band}. {told}"
    )


def _name_rows(names, ax):
    if len(names) > _MOST:
        ax.set_yticks([])
        ax.set_ylabel(f"{len(names)} machines, lowest mean first")
        return
    ax.set_yticks(range(len(names)), names, fontsize="x-small")


def _cut(name):
    return name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…"


def _band(found, arm, ax):
    """Draw the yardstick about the mean; returns what is said of it."""
    scale, mean = found.get(YARDSTICK, {}).get("yardstick"), found[arm].get("mean")
    if not scale or mean is None:
        return ""
    ax.axvspan(mean - scale["sd"], mean + scale["sd"], color="0.9", zorder=0)
    ax.axvline(mean, color="0.6", lw=0.8, zorder=1)
    return f"; grey: mean ± {decimals(scale['sd'], 2)} points, the SD of other seeds"
