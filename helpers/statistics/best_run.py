"""Which run is the best? How much of being best is luck, and what picking the best is worth."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from helpers.statistics.dsc_arrays import dsc_table, names, rounded
from helpers.statistics.repeatability import sample_sd


@dataclass(frozen=True)
class BestOf:
    """The best of R runs: ``best`` is its name, ``share`` how often resamples agree, a fraction.

    ``gain`` is the best median minus the mean of all, ``expected_gain`` what luck alone gives R
    normal runs of that SD, both in points.
    """

    runs: int
    best: object
    share: float
    gain: float
    expected_gain: float

    def __str__(self):
        return (
            f"Repetition {self.best} has the highest median of {self.runs} runs, in "
            f"{self.share:.0%} of the resamples; it is {self.gain:.2f} points above the mean of "
            f"all, where luck alone gives {self.expected_gain:.2f}."
        )


def best_of(table, rng, resamples=10_000):
    """How often each run of ``table`` (repetitions, patients), DSC in %, has the highest median.

    The bootstrap draws patients with ``rng``, a generator or a seed; equal runs share a win.
    Raises InputError naming the DSC that is missing.
    """
    values = dsc_table(table)
    drawn = _bootstrap_medians(values, rng, resamples)
    wins = drawn == drawn.max(axis=0)
    share = (wins / wins.sum(axis=0)).mean(axis=1)
    medians = rounded(np.median(values, axis=1))
    best = int(medians.argmax())
    luck = expected_maximum(len(values)) if len(values) > 1 else 0
    return BestOf(
        runs=len(values),
        best=names(table)[0][best],
        share=float(share[best]),
        gain=float(medians.max() - medians.mean()),
        expected_gain=float(np.nan_to_num(sample_sd(medians)) * luck),
    )


def rank_shares(table, rng, resamples=10_000):
    """How often each run takes each rank: (repetitions, ranks) frame of fractions, 1 is the best.

    Equal runs share the better rank. Arguments as `best_of`.
    """
    values = dsc_table(table)
    drawn = _bootstrap_medians(values, rng, resamples)
    ranks = stats.rankdata(-drawn, method="min", axis=0)
    places = range(1, len(values) + 1)
    shares = {place: (ranks == place).mean(axis=1) for place in places}
    return pd.DataFrame(shares, index=names(table)[0]).rename_axis("repetition")


def expected_maximum(runs):
    """The mean of the highest of ``runs`` standard normal values: E[max], in SDs.

    Source: Tippett, Biometrika 1925;17:364; 1.539 of 10, 2.249 of 50.
    """
    return float(stats.norm.expect(lambda z: z * runs * stats.norm.cdf(z) ** (runs - 1)))


def _bootstrap_medians(values, rng, resamples):
    if values.shape[1] == 1:
        return values
    found = stats.bootstrap(
        (np.arange(values.shape[1]),),
        lambda patients, axis: np.median(values[:, patients], axis=-1),
        n_resamples=resamples,
        batch=100,
        method="percentile",
        rng=rng,
    )
    return rounded(found.bootstrap_distribution)
