"""Which run is the best? How much of being best is luck, and what picking the best is worth.

The patients of a fold share one trained model, so that drawing patients again and again finds the
same run best far too often: the best of ten runs that do not differ "wins" 44 % of such resamples,
where luck gives 10 %. Here trainings are exchanged between runs, and folds are parted in halves.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from helpers.errors import InputError
from helpers.statistics.dsc_arrays import dsc_table, names, rounded
from helpers.statistics.recombined_cells import Cells
from helpers.statistics.repeatability import sample_sd
from helpers.statistics.variance_components import fold_members

_AT_ONCE = 2_000_000  # numbers in memory


@dataclass(frozen=True)
class BestOf:
    """The best of R runs: ``best`` is its name.

    ``gain`` is the best median minus the mean of all, ``expected_gain`` that of R normal runs of
    the same SD, which real differences widen too; both in points. ``p`` is how often runs that do
    not differ have such a gain, ``again`` how often the best by half of the folds is the best by
    the other half, where luck gives 1/R; fractions, NaN where there are no two runs and folds.
    """

    runs: int
    best: object
    gain: float
    expected_gain: float
    p: float
    again: float

    def __str__(self):
        said = (
            f"Repetition {self.best} has the highest median of {self.runs} runs; it is "
            f"{self.gain:.2f} points above the mean of all, where the best of normal runs of this "
            f"SD is {self.expected_gain:.2f} above"
        )
        if np.isnan(self.p):
            return f"{said}."
        return (
            f"{said}, and runs with their trainings exchanged within folds as much in {self.p:.0%} "
            f"of cases. The best by half of the folds is the best by the other half in "
            f"{self.again:.0%} of splits (luck: {1 / self.runs:.0%})."
        )


def best_of(table, fold, rng, draws=2000):
    """The best run of ``table`` (repetitions, patients), DSC in %, and how much of that is luck.

    ``fold`` is (patients,), or None where it is not known. p is exact for runs that do not differ,
    a permutation test that exchanges the trainings of a fold between runs (``draws`` times, with
    ``rng``, a generator or a seed; Phipson and Smyth, Stat Appl Genet Mol Biol 2010;9:39). Raises
    InputError naming the DSC that is missing.
    """
    values = dsc_table(table)
    medians = rounded(np.median(values, axis=1))
    best, gain = int(medians.argmax()), float(medians.max() - medians.mean())
    can_tell = len(values) > 1 and fold is not None and len(set(fold)) > 1
    luck = expected_maximum(len(values)) if len(values) > 1 else 0
    return BestOf(
        runs=len(values),
        best=names(table)[0][best],
        gain=gain,
        expected_gain=float(np.nan_to_num(sample_sd(medians)) * luck),
        p=_as_far_above(values, fold, gain, np.random.default_rng(rng), draws)
        if can_tell
        else np.nan,
        again=float(rank_shares(values, fold, rng, draws).loc[1, 1]) if can_tell else np.nan,
    )


def rank_shares(table, fold, rng, splits=2000):
    """Do ranks last? (ranks, ranks) frame of fractions, 1 is the best; a row adds up to 1.

    Row: the rank of a run by half of the folds; column: its rank by the other half. Luck alone
    gives 1/R everywhere, since the halves share no training. The ``splits`` and the order of equal
    runs are drawn with ``rng``, a generator or a seed; ``table`` and ``fold`` as `best_of`. Raises
    InputError for less than two folds.
    """
    values, rng = dsc_table(table), np.random.default_rng(rng)
    members = fold_members(fold, values.shape[1]).astype(bool)
    folds, runs = members.shape[1], len(values)
    if folds < 2:
        raise InputError("One fold has no other half: rank runs of two folds or more.")
    counts = np.zeros((runs, runs))
    for _ in range(splits):
        half = rng.permutation(folds) < folds // 2
        one, other = (_ranks(values[:, members[:, h].any(axis=1)], rng) for h in (half, ~half))
        counts[one, other] += 1
    places = pd.RangeIndex(1, runs + 1)
    return pd.DataFrame(
        counts / splits, places.rename("rank by one half"), places.rename("rank by the other")
    )


def expected_maximum(runs):
    """The mean of the highest of ``runs`` standard normal values: E[max], in SDs.

    Source: Tippett, Biometrika 1925;17:364; 1.539 of 10, 2.249 of 50.
    """
    return float(stats.norm.expect(lambda z: z * runs * stats.norm.cdf(z) ** (runs - 1)))


def _ranks(values, rng):
    medians = rounded(np.median(values, axis=1))
    order = np.lexsort((rng.random(len(medians)), -medians))
    return order.argsort()


def _as_far_above(values, fold, gain, rng, draws):
    cells, reached = Cells(values, fold, len(values)), 0
    at_once = max(1, _AT_ONCE // values.size)
    for start in range(0, draws, at_once):
        tables = cells.draw(rng, min(at_once, draws - start))
        medians = rounded(np.median(tables, axis=2))
        gains = medians.max(axis=1) - medians.mean(axis=1)
        reached += int(np.sum(gains >= gain - 1e-9))
    return (1 + reached) / (1 + draws)
