"""Tables of DSC whose truth is known: how often is each rule wrong, how often does it see.

A table is mean + patient + run + fold × run + residual, all normal; the second run may be shifted.
That noise is kinder than a real one: `recombined_cells` deals tables from real trainings.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from helpers.errors import InputError
from helpers.statistics.arm_comparison import ALPHA
from helpers.statistics.dsc_arrays import rounded
from helpers.statistics.intervals import bounds
from helpers.statistics.variance_components import fold_means, fold_members, mean_squares

_Z = stats.norm.ppf(1 - ALPHA / 2)


@dataclass(frozen=True)
class Truth:
    """What is simulated: SDs in percentage points of DSC around ``mean`` in %.

    The defaults: no run is better than another (their medians still scatter, with an RC of 0.66
    points), and half of a patient's noise is shared by the fold's model.
    """

    patients: int = 42
    folds: int = 10
    runs: int = 10
    mean: float = 96.0
    patient_sd: float = 1.5
    run_sd: float = 0.0
    fold_run_sd: float = 0.5
    residual_sd: float = 0.5

    def fold(self):
        """The fold of each patient, (patients,): dealt in turn, so that sizes differ by one."""
        return np.arange(self.patients) % self.folds

    def draw(self, rng, tables=1, shift=0.0):
        """``tables`` simulated tables; as `simulate`."""
        return simulate(self, rng, tables, shift)


def simulate(truth, rng, tables=1, shift=0.0):
    """``tables`` tables of DSC in %, (tables, runs, patients), the second run ``shift`` points up.

    ``rng`` is a generator or a seed. Raises InputError for less than two runs.
    """
    if truth.runs < 2:
        raise InputError(f"{truth.runs} run: simulate two or more.")
    rng = np.random.default_rng(rng)
    members = fold_members(truth.fold(), truth.patients)
    patient = rng.normal(0, truth.patient_sd, (tables, 1, truth.patients))
    run = rng.normal(0, truth.run_sd, (tables, truth.runs, 1))
    model = rng.normal(0, truth.fold_run_sd, (tables, truth.runs, truth.folds))
    rest = rng.normal(0, truth.residual_sd, (tables, truth.runs, truth.patients))
    found = truth.mean + patient + run + model @ members.T + rest
    found[:, 1] += shift
    return found


def rejections(tables, fold):
    """Does each rule tell the runs apart? One row a rule, over many ``tables`` at once.

    ``tables`` is (tables, runs, patients), DSC in %. Columns: rule, compares ("two runs": the
    first two, or "all runs"), unit, rate (a fraction) and its standard error.
    """
    rules = {
        ("intervals do not overlap", "two runs", "none"): _apart(tables[:, :2]),
        ("Wilcoxon", "two runs", "patient"): _below(stats.wilcoxon, _pairs(tables)),
        ("t", "two runs", "patient"): _below(_t_test, _pairs(tables)),
        ("t", "two runs", "fold"): _below(_t_test, _fold_pairs(tables, fold)),
        ("sign flip", "two runs", "fold"): _below(_sign_flips, _fold_pairs(tables, fold)),
        ("intervals do not overlap", "all runs", "none"): _apart(tables),
        ("Friedman", "all runs", "patient"): _friedman(tables),
        ("F", "all runs", "fold × run"): _f_of_runs(tables, fold),
    }
    rates = [(*rule, float(np.mean(found))) for rule, found in rules.items()]
    frame = pd.DataFrame(rates, columns=["rule", "compares", "unit", "rate"])
    return frame.assign(error=np.sqrt(frame["rate"] * (1 - frame["rate"]) / len(tables)))


def size_and_power(truth, shifts, rng, tables=500):
    """`rejections` for each of ``shifts`` (points): false alarms at 0, power elsewhere.

    ``truth`` is a `Truth`, of normal noise, or `recombined_cells.Cells`, of the noise of real
    trainings. A frame with the column shift before those of `rejections`. Each shift draws
    ``tables`` new tables with ``rng``, a generator or a seed.
    """
    rng = np.random.default_rng(rng)
    found = {shift: rejections(truth.draw(rng, tables, shift), truth.fold()) for shift in shifts}
    return pd.concat(found, names=["shift"]).reset_index("shift").reset_index(drop=True)


def held_to_size(truth, shift, rng, tables=2000):
    """What two tests of two runs see when held to 5 % of false alarms: one row a test.

    ``truth`` and ``rng`` as `size_and_power`, ``shift`` in points. Columns: rule, unit, and
    fractions: wrong (at no shift), sees (at the shift), and sees_held, the same with the p value
    for 0.05 that 5 % of tables without a shift stay below.
    """
    rng = np.random.default_rng(rng)
    null, shifted = (
        _p_of_two_tests(truth.draw(rng, tables, far), truth.fold()) for far in (0.0, shift)
    )
    rows = [
        (*rule, np.mean(p < ALPHA), np.mean(shifted[rule] < ALPHA))
        + (np.mean(shifted[rule] < np.quantile(p, ALPHA)),)
        for rule, p in null.items()
    ]
    return pd.DataFrame(rows, columns=["rule", "unit", "wrong", "sees", "sees_held"])


def bootstrap_coverage(truth, rng, tables=500, resamples=1000):
    """How often a 95 % patient bootstrap of two runs' mean difference holds the truth: a fraction.

    The truth is 0: give a ``truth`` whose run_sd is 0. ``rng`` is a generator or a seed.
    """
    rng = np.random.default_rng(rng)
    differences = _pairs(simulate(truth, rng, tables))
    found = stats.bootstrap(
        (differences,),
        np.mean,
        axis=-1,
        n_resamples=resamples,
        batch=50,
        method="percentile",
        rng=rng,
    ).confidence_interval
    return float(np.mean((found.low <= 0) & (found.high >= 0)))


def overlap_power(shift, error, correlation=0.0):
    """The chance that two normal intervals of a mean do not overlap, a fraction; closed form.

    ``shift`` and the standard ``error`` of each mean in points, ``correlation`` between the two
    means. Source: Schenker and Gentleman, Am Stat 2001;55:182, for independent estimates (.0056 at
    no shift); a correlation other than 0 is our extension.
    """
    return _normal_power(shift, error, correlation, 2 * _Z)


def paired_power(shift, error, correlation=0.0):
    """The power of the paired z test of the same two means, a fraction; as `overlap_power`."""
    return _normal_power(shift, error, correlation, _Z * np.sqrt(2 * max(0, 1 - correlation)))


def _normal_power(shift, error, correlation, reach):
    if error <= 0 or not -1 <= correlation < 1:
        raise InputError("Give an error above 0 and a correlation from -1 to below 1.")
    scale = np.sqrt(2 * (1 - correlation))
    z = shift / error
    return float(stats.norm.sf((reach - z) / scale) + stats.norm.sf((reach + z) / scale))


def _pairs(tables):
    return rounded(tables[:, 1] - tables[:, 0])


def _fold_pairs(tables, fold):
    return rounded(fold_means(_pairs(tables), fold))


def _apart(tables):
    lower, upper = bounds(tables)
    return np.where(np.isnan(lower[:, 0]), np.nan, lower.max(axis=1) > upper.min(axis=1))


def _p_of_two_tests(tables, fold):
    return {
        ("Wilcoxon", "patient"): stats.wilcoxon(_pairs(tables), axis=1).pvalue,
        ("t", "fold"): _t_test(_fold_pairs(tables, fold), axis=1).pvalue,
    }


def _below(test, differences):
    return test(differences, axis=1).pvalue < ALPHA


def _t_test(differences, axis):
    return stats.ttest_1samp(differences, 0, axis=axis)


def _sign_flips(differences, axis):
    # Seeded: with more than 13 folds the patterns are drawn, and a rule has no luck of its own.
    return stats.permutation_test(
        (differences,), np.mean, permutation_type="samples", axis=axis, batch=50, rng=0
    )


def _friedman(tables):
    if tables.shape[1] < 3:
        return np.full(len(tables), np.nan)
    return stats.friedmanchisquare(*np.moveaxis(tables, 1, 0), axis=1).pvalue < ALPHA


def _f_of_runs(tables, fold):
    return mean_squares(tables, fold_members(fold, tables.shape[2])).f_of_runs()[1] < ALPHA
