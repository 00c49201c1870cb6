"""The paper's analysis: the median of each repetition, its 95 % interval, and do they overlap.

The interval is of order statistics. It fits the published table, as a percentile bootstrap of the
median would.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from helpers.errors import InputError
from helpers.statistics.dsc_arrays import dsc_table, names


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


def ranks(patients):
    """The ranks (1 = lowest) whose order statistics bound the median of ``patients`` values.

    Two floats, NaN if no two ranks reach 95 %. Source: Conover, Practical Nonparametric
    Statistics, 1999, section 3.2, as in `scipy.stats.quantile_test`.
    """
    in_order = np.arange(1, patients + 1)
    found = stats.quantile_test(in_order, p=0.5).confidence_interval(0.95)
    return float(found.low), float(found.high)


def bounds(values):
    """Lower and upper 95 % bound of the median over the last axis of ``values`` (..., patients).

    Two arrays (...), DSC in %: NaN where the patients are too few.
    """
    low, high = ranks(values.shape[-1])
    if np.isnan(low):
        return (np.full(values.shape[:-1], np.nan),) * 2
    in_order = np.sort(values, axis=-1)
    return in_order[..., int(low) - 1], in_order[..., int(high) - 1]


def overlap_table(table):
    """Median and interval of each row of ``table`` (repetitions, patients), DSC in %.

    A frame: repetition (a frame's index, else 0, 1 …), median, lower, upper. Raises InputError
    naming patient and repetition without a number.
    """
    values = dsc_table(table)
    lower, upper = bounds(values)
    columns = {"median": np.median(values, axis=1), "lower": lower, "upper": upper}
    return pd.DataFrame({"repetition": names(table)[0]} | columns)


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
