"""How wide would the common band of the intervals be if the runs did not differ?

Runs are shuffled within each fold: what one training did to its patients stays together, which
run it belongs to is chance. This is the overlap rule with a size of its own.
"""

from dataclasses import dataclass

import numpy as np

from helpers.errors import InputError
from helpers.statistics.dsc_arrays import dsc_table, fold_codes, rounded
from helpers.statistics.intervals import bounds, overlap, overlap_table


@dataclass(frozen=True)
class NullBand:
    """The observed ``spare`` width of the common band and what chance gives, points of DSC.

    ``max_lower``, ``min_upper`` (in %) and ``spare_range`` are 95 % ranges over shuffles; ``p`` is
    the fraction of shuffles with as little to spare, the observed one counted.
    """

    spare: float
    spare_range: tuple[float, float]
    max_lower: tuple[float, float]
    min_upper: tuple[float, float]
    p: float

    def __str__(self):
        return (
            f"The intervals have {self.spare:.2f} points to spare; runs that do not differ would "
            f"have {self.spare_range[0]:.2f} to {self.spare_range[1]:.2f} (p = {self.p:.3g})."
        )


def null_band(table, fold, rng, shuffles=999):
    """The `NullBand` of ``table`` (repetitions, patients), DSC in %; ``fold`` is (patients,).

    ``rng`` is a generator or a seed. Source: Good, Permutation, Parametric and Bootstrap Tests of
    Hypotheses, 2005, section 3.1. Raises InputError where the patients are too few for intervals.
    """
    values = dsc_table(table)
    observed = overlap(overlap_table(values)).spare
    if np.isnan(observed):
        raise InputError(f"{values.shape[1]} patients are too few for an interval: give six.")
    lower, upper = bounds(_shuffled(values, fold, np.random.default_rng(rng), shuffles))
    lower, upper = lower.max(axis=1), upper.min(axis=1)
    as_little = rounded(upper - lower) <= rounded(observed)
    return NullBand(
        spare=observed,
        spare_range=_range(upper - lower),
        max_lower=_range(lower),
        min_upper=_range(upper),
        p=float((1 + as_little.sum()) / (shuffles + 1)),
    )


def _shuffled(values, fold, rng, shuffles):
    codes = fold_codes(fold, values.shape[1])
    keys = rng.random((shuffles, len(values), codes.max() + 1))
    order = keys.argsort(axis=1)[:, :, codes]
    return np.take_along_axis(values[None], order, axis=1)


def _range(draws):
    low, high = np.quantile(draws, [0.025, 0.975])
    return float(low), float(high)
