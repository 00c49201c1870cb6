"""How much of what other seeds do is rounding: trainings of several seeds, each repeated.

Two runs under other seeds differ by their seeds and by rounding, two under the same seeds by
rounding alone. Both variances are of whole runs, recombined from trainings fold by fold, since the
trainings of a run share nothing between folds (docs/recombined_runs.md).
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from helpers.errors import InputError
from helpers.statistics.repeatability import LEVEL

PAIRS = 50_000  # of runs: an SD is then drawn to about 0.4 % of itself


@dataclass(frozen=True)
class NestedSeeds:
    """SD of the run medians in points of DSC, and the part of the variance that is rounding.

    rounding_sd : of runs with the same seeds
    total_sd    : of runs whose seeds differ in every fold
    share       : rounding_sd² / total_sd², 1 where seeds add nothing; by chance it may exceed 1
    share_ci    : 95 % interval, by leaving out one seed at a time, on the scale of its logarithm
    """

    rounding_sd: float
    total_sd: float
    share: float
    share_ci: tuple[float, float]

    def __str__(self):
        low, high = (100 * bound for bound in self.share_ci)
        return (
            f"Of the variance of runs with other seeds {100 * self.share:.0f} % is rounding (95 % "
            f"interval {low:.0f} to {high:.0f} %): their SD is {self.total_sd:.2f} points, and "
            f"{self.rounding_sd:.2f} with the same seeds."
        )


def trainings(table):
    """The arrays that `nested_seeds` takes, of a tidy table that also has a column ``seed``.

    Raises InputError when a seed lacks a training that another has.
    """
    found = []
    for _, fold in table.groupby("fold"):
        wide = fold.pivot(index=["seed", "repetition"], columns="patient", values="dsc_percent")
        shape = [level.size for level in wide.index.levels]
        if len(wide) != shape[0] * shape[1] or wide.isna().any(axis=None):
            raise InputError("A seed lacks a training that another has: let all finish first.")
        found.append(wide.to_numpy().reshape(*shape, -1))
    return found


def nested_seeds(cells, rng, pairs=PAIRS):
    """`NestedSeeds` of trainings whose seed and repetition are known.

    cells : for each fold an array (seeds, repetitions, patients of the fold), DSC in %
    rng   : a generator or a seed, for the ``pairs`` of recombined runs
    The interval is Tukey's jackknife with Student's t (Arvesen, Ann Math Stat 1969;40:2076).
    Raises InputError for fewer than four seeds, or fewer than two repetitions.
    """
    seeds = cells[0].shape[0]
    if seeds < 4 or cells[0].shape[1] < 2:
        raise InputError("Nested seeds need four seeds or more, and two repetitions of each.")
    rng = np.random.default_rng(rng)
    rounding, total = _variances(cells, rng, pairs)
    left_out = [
        _variances([np.delete(fold, seed, axis=0) for fold in cells], rng, pairs)
        for seed in range(seeds)
    ]
    share = rounding / total
    return NestedSeeds(rounding**0.5, total**0.5, share, _interval(share, left_out))


def _interval(share, left_out):
    """Of the share, from what it is without each seed."""
    logs = np.log([one / other for one, other in left_out])
    n = len(logs)
    error = np.sqrt((n - 1) / n * np.sum((logs - logs.mean()) ** 2))
    reach = stats.t.ppf(0.5 + LEVEL / 2, n - 1) * error
    return float(share * np.exp(-reach)), float(share * np.exp(reach))


def _variances(cells, rng, pairs):
    """Half the mean squared difference of two runs: (same seeds, other seeds), points²."""
    return tuple(
        float(np.mean(np.subtract(*_two_runs(cells, rng, pairs, same)) ** 2) / 2)
        for same in (True, False)
    )


def _two_runs(cells, rng, pairs, same_seeds):
    """The medians of two recombined runs, (2, pairs); in each fold no training is in both."""
    drawn = []
    for fold in cells:
        seeds, repetitions, _ = fold.shape
        seed = _two_of(seeds, rng, pairs)
        repetition = _two_of(repetitions, rng, pairs)
        drawn.append(fold[seed[:1] if same_seeds else seed, repetition])
    return np.median(np.concatenate(drawn, axis=2), axis=2)


def _two_of(count, rng, pairs):
    """Two different numbers below ``count``, at random: (2, pairs)."""
    first = rng.integers(count, size=pairs)
    return np.array([first, (first + rng.integers(1, count, size=pairs)) % count])
