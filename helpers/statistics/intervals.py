"""The paper's analysis: the median of each repetition, its 95 % interval, and do they overlap.

The interval is of order statistics. It fits the published table, as a percentile bootstrap of the
median would.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from helpers.errors import InputError
from helpers.statistics.dsc_arrays import dsc_table, dsc_values, names


@dataclass(frozen=True)
class Interval:
    """A median and its confidence interval, DSC in %; ``coverage`` is a fraction.

    With too few patients for the level, ``lower``, ``upper`` and ``coverage`` are NaN.
    """

    median: float
    lower: float
    upper: float
    coverage: float

    def __str__(self):
        if np.isnan(self.coverage):
            return f"The median DSC is {self.median:.2f} %; too few patients for an interval."
        return (
            f"The median DSC is {self.median:.2f} %, "
            f"{self.coverage:.1%} interval {self.lower:.2f} to {self.upper:.2f} %."
        )


@dataclass(frozen=True)
class Overlap:
    """The common band of all intervals: highest lower to lowest upper bound, DSC in %.

    ``spare`` is the width of the band in percentage points, below 0 if there is none;
    ``overlaps`` is None if an interval is missing.
    """

    max_lower: float
    min_upper: float
    overlaps: bool | None
    spare: float

    def __str__(self):
        if self.overlaps is None:
            return "Whether the intervals overlap is unknown: a repetition has no interval."
        if self.overlaps:
            return (
                f"All intervals share {self.max_lower:.2f} to {self.min_upper:.2f} % DSC: "
                f"they overlap with {self.spare:.2f} points to spare."
            )
        return (
            f"The intervals do not overlap: a lower bound of {self.max_lower:.2f} % DSC is "
            f"{-self.spare:.2f} points above an upper bound of {self.min_upper:.2f} %."
        )


def ranks(patients, level=0.95):
    """The ranks (1 = lowest) whose order statistics bound the median of ``patients`` values.

    Two floats, NaN if no two ranks reach the level. Source: Conover, Practical Nonparametric
    Statistics, 1999, section 3.2, as in `scipy.stats.quantile_test`.
    """
    if not 0 < level < 1:
        raise InputError(f"The level is {level}: give a fraction between 0 and 1, such as 0.95.")
    in_order = np.arange(1, patients + 1)
    found = stats.quantile_test(in_order, p=0.5).confidence_interval(level)
    return float(found.low), float(found.high)


def median_interval(dsc, level=0.95):
    """The median of ``dsc`` (patients,) in % with its order-statistic `Interval`.

    ``coverage`` is the exact probability that the interval holds the median of a continuous
    distribution: at least ``level``. Raises InputError naming a patient without a number.
    """
    return _interval(dsc_values(dsc, "patient"), *ranks(len(dsc), level))


def overlap_table(table, level=0.95):
    """Median and interval of each row of ``table`` (repetitions, patients), DSC in %.

    A frame: repetition (a frame's index, else 0, 1 …), median, lower, upper. Raises InputError
    naming patient and repetition without a number.
    """
    values = dsc_table(table)
    low, high = ranks(values.shape[1], level)
    rows = [_interval(row, low, high) for row in values]
    frame = pd.DataFrame(rows, columns=["median", "lower", "upper", "coverage"])
    frame.insert(0, "repetition", names(table)[0])
    return frame.drop(columns="coverage")


def overlap(table):
    """Do all intervals of ``table`` (a frame with lower and upper, DSC in %) overlap?

    They do if the highest lower bound is not above the lowest upper bound: the paper's rule.
    Raises InputError if a column is missing or there is no row.
    """
    for column in ("lower", "upper"):
        if column not in table.columns or table.empty:
            raise InputError(f"The table of intervals has no {column}: use overlap_table().")
    max_lower = float(table["lower"].max(skipna=False))
    min_upper = float(table["upper"].min(skipna=False))
    spare = min_upper - max_lower
    overlaps = None if np.isnan(spare) else bool(max_lower <= min_upper)
    return Overlap(max_lower, min_upper, overlaps, spare)


def bootstrap_interval(dsc, rng, statistic=np.median, resamples=10_000):
    """A percentile bootstrap of ``dsc`` (patients,) in %: (lower, upper, standard error).

    ``statistic`` takes an ``axis``; ``rng`` is a generator or a seed. Source: Efron and
    Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13.
    """
    values = dsc_values(dsc, "patient")
    found = stats.bootstrap(
        (values,), statistic, n_resamples=resamples, batch=100, method="percentile", rng=rng
    )
    interval = found.confidence_interval
    return float(interval.low), float(interval.high), float(found.standard_error)


def _interval(values, low, high):
    median = float(np.median(values))
    if np.isnan(low) or np.isnan(high):
        return Interval(median, np.nan, np.nan, np.nan)
    in_order = np.sort(values)
    below = stats.binom(len(values), 0.5).cdf
    coverage = float(below(high - 1) - below(low - 1))
    return Interval(median, *(float(in_order[int(r) - 1]) for r in (low, high)), coverage)
