"""Which run is the best, and is that luck? Whether ranks by one half of the folds last."""

from matplotlib.colors import PowerNorm

from helpers.display.figures.look import titled, unable
from helpers.statistics import best_run
from helpers.statistics.summary import ANALYSIS_SEED


def rank_map(runs, ax, splits=2000):
    """How often each rank of `Runs` by half of the folds becomes each by the other: a heat map."""
    if not runs.differ or runs.fold is None or len(set(runs.fold)) < 2:
        return unable(ax, "Ranks need runs that differ, and two folds or more.")
    shares = best_run.rank_shares(runs.dsc, runs.fold, ANALYSIS_SEED, splits)
    image = ax.imshow(100 * shares, cmap="cividis", norm=PowerNorm(0.5), aspect="auto")
    ax.figure.colorbar(image, ax=ax, label="% of splits")
    places = range(0, len(shares), max(1, len(shares) // 10))
    for axis, names in ((ax.xaxis, shares.columns), (ax.yaxis, shares.index)):
        axis.set_ticks(places, [names[place] for place in places])
    ax.set(xlabel="rank by the other half of the folds", ylabel="rank by one half (1 is the best)")
    title = (
        f"The best by half of the folds is the best by the other half in {shares.loc[1, 1]:.0%} "
        f"of splits; luck alone: {1 / len(shares):.0%}"
    )
    return titled(ax, title, "Heat map of ranks.")
