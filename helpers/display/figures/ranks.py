"""Which run is the best, and is that luck? How often each run takes each rank."""

from matplotlib.colors import PowerNorm

from helpers.display.figures.look import titled, unable
from helpers.statistics import best_run
from helpers.statistics.summary import ANALYSIS_SEED


def rank_map(runs, ax, resamples=10_000):
    """How often each of `Runs` takes each rank when patients are drawn again: a heat map."""
    if not runs.differ:
        return unable(ax, "Identical or single runs have no ranks.")
    shares = best_run.rank_shares(runs.dsc, ANALYSIS_SEED, resamples)
    order = shares.mul(shares.columns, axis=1).sum(axis=1).sort_values().index
    image = ax.imshow(100 * shares.loc[order], cmap="cividis", norm=PowerNorm(0.5), aspect="auto")
    ax.figure.colorbar(image, ax=ax, label="% of resamples")
    places = range(0, len(shares), max(1, len(shares) // 10))
    ax.set_yticks(places, [order[place] for place in places])
    ax.set_xticks(places, [shares.columns[place] for place in places])
    ax.set(xlabel="rank (1 is the best)", ylabel="repetition")
    first = shares[1].idxmax()
    title = f"Run {first} ranks first in {shares[1].max():.0%} of the resamples"
    return titled(ax, title, "Heat map of ranks.", f"By its mean rank run {order[0]} is the best.")
