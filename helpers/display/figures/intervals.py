"""Median and 95 % interval of each repetition, as a strip with its common band."""

from helpers.display.figures.look import PALETTE, described, thin, titled, unable
from helpers.statistics import common_band, intervals
from helpers.statistics.summary import ANALYSIS_SEED

BAND = "#dddddd"


def interval_strip(strip, ax, colour=PALETTE[0]):
    """Median and 95 % interval of each repetition, with the band they have in common.

    strip : columns repetition, median, lower, upper in %
    """
    low, high = strip["lower"].max(), strip["upper"].min()
    names = strip["repetition"].astype(str)
    ax.hlines(names, strip["lower"], strip["upper"], color=colour)
    ax.plot(strip["median"], names, "o", color=colour)
    ax.invert_yaxis()
    title = f"No band in common: {low:.2f} is above {high:.2f} %"
    if low <= high:
        ax.axvspan(low, high, color=BAND, zorder=0)
        title = f"All intervals share {low:.2f} to {high:.2f} %"
    ax.set(xlabel="DSC (%)", ylabel="repetition", title=title)
    ax.tick_params(axis="y", labelsize=7 if len(names) > 20 else None)
    return described(ax, f"Median and 95 % interval of {len(names)} repetitions. {title}.")


def strip_and_chance(runs, ax, colour=PALETTE[0], shuffles=999):
    """The interval strip, its common band, and where chance puts the band's two edges.

    runs : `Runs`; shuffles : within folds. Chance is not asked of identical runs.
    """
    strip = intervals.overlap_table(runs.dsc)
    if strip["lower"].isna().any():
        return unable(ax, f"{runs.dsc.shape[1]} patients are too few for a 95 % interval.")
    thin(interval_strip(strip, ax, colour).yaxis)
    if runs.fold is None or not runs.differ:
        return ax
    chance = common_band.null_band(runs.dsc, runs.fold, ANALYSIS_SEED, shuffles)
    look = {"facecolor": "none", "edgecolor": "0.35", "zorder": 0}
    ax.axvspan(*chance.max_lower, hatch="////", label="highest lower bound by chance", **look)
    ax.axvspan(*chance.min_upper, hatch="\\\\", label="lowest upper bound by chance", **look)
    ax.legend(fontsize="x-small", loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
    low, high = chance.spare_range
    spare = f"{chance.spare:.2f} points to spare, by chance {low:.2f} to {high:.2f}"
    kind = f"Median and 95 % interval of {len(strip)} repetitions."
    return titled(ax, f"{ax.get_title()}\n{spare}", kind, str(chance))
