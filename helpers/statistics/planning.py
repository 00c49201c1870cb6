"""How many repetitions are enough? What R runs can show, before and after they are done."""

import numpy as np
import pandas as pd
from scipy import stats

from helpers.errors import InputError
from helpers.statistics.dsc_arrays import dsc_values, margin_points, positive
from helpers.statistics.repeatability import LEVEL, TWO_RUNS, run_level, sd_factors
from helpers.statistics.sd_ratio import ratio_factors


def relative_error(runs):
    """The standard error of an SD of ``runs`` normal values over the SD: 1/√(2(R − 1)), a fraction.

    24 % at 10 runs, 10 % at 50. Raises InputError for less than two runs.
    """
    if runs < 2:
        raise InputError(f"{runs} repetition: an SD needs two or more.")
    return float(1 / np.sqrt(2 * (runs - 1)))


def precision_table(runs):
    """What each number of ``runs`` can tell: one row a number.

    Columns: runs, relative_error (fraction), the factors sd_lower and sd_upper of an SD's χ²
    interval, and ratio_lower and ratio_upper of the F interval of a ratio of two SDs.
    """
    rows = [(r, relative_error(r), *sd_factors(r), *ratio_factors(r, r)) for r in runs]
    columns = ["runs", "relative_error", "sd_lower", "sd_upper", "ratio_lower", "ratio_upper"]
    return pd.DataFrame(rows, columns=columns)


def verdict_power(run_sd, runs, margin=0.5):
    """The probability that ``runs`` repetitions are found repeatable within ±``margin`` points.

    ``run_sd`` is the true SD of normal run medians in points. Closed form: the upper bound of RC
    is below the margin if the χ² of the sample variance is small enough. Raises InputError for
    less than two runs or an SD or margin that is none.
    """
    relative_error(runs)
    limit = margin_points(margin) / (TWO_RUNS * positive(run_sd, "SD of the runs"))
    allowed = limit**2 * stats.chi2.ppf(1 - LEVEL, runs - 1)
    return float(stats.chi2.cdf(allowed, runs - 1))


def margin_with_power(run_sd, runs, power=0.8):
    """The smallest margin, points, that ``runs`` repetitions pass with ``power`` before looking.

    The inverse of `verdict_power`; arguments and errors as there, ``power`` a fraction.
    """
    relative_error(runs)
    if not 0 < power < 1:
        raise InputError(f"The power is {power!r}: give a fraction between 0 and 1.")
    reach = stats.chi2.ppf(power, runs - 1) / stats.chi2.ppf(1 - LEVEL, runs - 1)
    return float(TWO_RUNS * positive(run_sd, "SD of the runs") * np.sqrt(reach))


def runs_needed(run_sd, margin=0.5, power=0.8, most=1000):
    """The least number of repetitions with which the verdict is reached with ``power``.

    None if ``most`` are not enough: with an RC of the margin or more no number is. Arguments as
    `verdict_power`; ``power`` is a fraction.
    """
    enough = (r for r in range(2, most + 1) if verdict_power(run_sd, r, margin) >= power)
    return next(enough, None)


def as_runs_accumulate(medians, margin=0.5):
    """The run level after 2, 3 … R runs: how the verdict settles. ``medians`` is (runs,), in %.

    A frame: runs, rc, rc_upper (points), verdict.
    """
    medians = dsc_values(medians, "repetition")
    levels = [run_level(medians[:runs], margin) for runs in range(2, len(medians) + 1)]
    rows = [(x.runs, x.rc, x.rc_upper, x.verdict) for x in levels]
    return pd.DataFrame(rows, columns=["runs", "rc", "rc_upper", "verdict"])
