"""Do two arms differ, are they equivalent: with the right unit.

The patients of a fold share one trained model, so that patients are not independent: a test over
patients finds differences where there are none. The fold is the unit here.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.weightstats import ttost_paired

from helpers.errors import InputError
from helpers.statistics.dsc_arrays import dsc_table, dsc_values, margin_points, names, rounded
from helpers.statistics.variance_components import fold_means

ALPHA = 0.05


@dataclass(frozen=True)
class ArmComparison:
    """Second arm minus first, in percentage points of DSC; p values are fractions.

    ``difference`` is the mean over folds with its 90 % t interval ``difference_ci``;
    ``smallest_margin`` is the least margin that would pass for equivalent. ``answer`` is
    "equivalent", "different" or "undecided"; p values are NaN where no test can be called.
    """

    folds: int
    difference: float
    difference_ci: tuple[float, float]
    t_p: float
    sign_flip_p: float
    tost_p: float
    smallest_margin: float
    margin: float
    answer: str
    identical: bool

    def __str__(self):
        if self.identical:
            return "Equivalent: every run of both arms gives the same DSC."
        if self.folds < 2:
            return "Undecided: one fold has no scatter to test with; compare arms of two or more."
        tests = (
            f"t p = {self.t_p:.3g}, sign flip p = {self.sign_flip_p:.3g}, equivalence p = "
            f"{self.tost_p:.3g}"
        )
        return (
            f"{self.answer.capitalize()} at a margin of {self.margin:g} points: the arms differ "
            f"by {self.difference:+.2f} points ({self.difference_ci[0]:+.2f} to "
            f"{self.difference_ci[1]:+.2f}, {self.folds} folds; "
            f"{'all alike, so no test' if np.isnan(self.t_p) else tests}); the smallest margin "
            f"that passes is {self.smallest_margin:.2f} points."
        )


def sign_flip(differences, rng, resamples=9_999):
    """p of "the ``differences`` (folds,) are symmetric about 0", two-sided, of their mean.

    Exact up to 13 folds (all 2^K sign patterns), else ``resamples`` draws with ``rng``. NaN if all
    are 0 or there is one. Source: Fisher, The Design of Experiments, 1935, section 21.
    """
    differences = dsc_values(differences, "fold")
    if len(differences) < 2 or not differences.any():
        return np.nan
    found = stats.permutation_test(
        (differences,), np.mean, permutation_type="samples", n_resamples=resamples, rng=rng
    )
    return float(found.pvalue)


def compare_arms(first, second, fold, rng, margin=0.5):
    """Two arms, tables (repetitions, patients) of DSC in % with the same patients and folds.

    At fold level: t test, sign flip and two one-sided tests (Schuirmann 1987) of the folds' mean
    differences. Equivalent if the two one-sided tests pass at 5 %, else different if the t test
    rejects at 5 %, else undecided. Raises InputError if the patients differ or the margin is not
    above 0 and at most 100.
    """
    margin, differences = margin_points(margin), fold_differences(first, second, fold)
    low, high = _interval_90(differences)
    t_p = _t_p(differences)
    return ArmComparison(
        folds=len(differences),
        difference=float(differences.mean()),
        difference_ci=(low, high),
        t_p=t_p,
        sign_flip_p=sign_flip(differences, rng),
        tost_p=_tost(differences, margin),
        smallest_margin=float(np.max(np.abs([low, high]))),
        margin=margin,
        answer=_answer(low, high, margin, t_p),
        identical=_identical(first, second),
    )


def equivalence_curve(first, second, fold, margins):
    """p of equivalence against the margin: one row for each of ``margins`` (points).

    Columns: margin, p (NaN where the folds do not scatter), answer. Arguments as `compare_arms`.
    """
    differences = fold_differences(first, second, fold)
    low, high = _interval_90(differences)
    t_p = _t_p(differences)
    rows = [
        (margin, _tost(differences, margin), _answer(low, high, margin, t_p))
        for margin in map(margin_points, margins)
    ]
    return pd.DataFrame(rows, columns=["margin", "p", "answer"])


def fold_differences(first, second, fold):
    """Second arm minus first, points of mean DSC over runs and a fold's patients: (folds,).

    Raises InputError if the arms have not the same patients.
    """
    if np.shape(first)[1:] != np.shape(second)[1:] or names(first)[1] != names(second)[1]:
        raise InputError("The arms have not the same patients: compare tables with equal columns.")
    one, two = (fold_means(arm, fold).mean(axis=0) for arm in (first, second))
    return rounded(two - one)


def _identical(first, second):
    return not np.ptp(np.vstack([dsc_table(first), dsc_table(second)]), axis=0).any()


def _interval_90(differences):
    if len(differences) < 2:
        return np.nan, np.nan
    if np.ptp(differences) == 0:
        return float(differences[0]), float(differences[0])
    found = stats.ttest_1samp(differences, 0).confidence_interval(1 - 2 * ALPHA)
    return float(found.low), float(found.high)


def _t_p(differences):
    if len(differences) < 2 or np.ptp(differences) == 0:
        return np.nan
    return float(stats.ttest_1samp(differences, 0).pvalue)


def _tost(differences, margin):
    if len(differences) < 2 or np.ptp(differences) == 0:
        return np.nan
    return float(ttost_paired(differences, np.zeros_like(differences), -margin, margin)[0])


def _answer(low, high, margin, t_p):
    if -margin < low and high < margin:
        return "equivalent"
    sure = t_p < ALPHA or (low == high and low != 0)
    return "different" if sure else "undecided"
