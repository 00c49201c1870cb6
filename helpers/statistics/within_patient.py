"""How repeatable is the DSC of one patient: the within-patient SD over runs.

Source: Bland and Altman, Measurement error, BMJ 1996;313:744.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from helpers.errors import InputError
from helpers.statistics.dsc_arrays import dsc_table, fold_codes, names, rounded
from helpers.statistics.repeatability import TWO_RUNS


@dataclass(frozen=True)
class PatientLevel:
    """The scatter of single patients over runs, in percentage points of DSC.

    ``rc`` comes with a 95 % bootstrap interval, NaN where there is one fold or patient; ``worst``
    names the five patients with the largest SD.
    """

    patients: int
    runs: int
    within_sd: float
    rc: float
    rc_ci: tuple[float, float]
    worst: tuple
    identical: bool

    def __str__(self):
        if self.identical:
            return f"All {self.runs} runs give each of the {self.patients} patients the same DSC."
        low, high = self.rc_ci
        interval = "no interval" if np.isnan(low) else f"{low:.2f} to {high:.2f}"
        return (
            f"Within a patient {self.runs} runs have an SD of {self.within_sd:.2f} points; two "
            f"runs are estimated to differ by less than {self.rc:.2f} points "
            f"({interval}) 95 % of the time; the least repeatable of {self.patients} patients are "
            f"{', '.join(str(name) for name in self.worst)}."
        )


def patient_level(table, rng, fold=None, resamples=10_000):
    """`PatientLevel` of ``table`` (repetitions, patients), DSC in %.

    The bootstrap draws patients, or whole folds if ``fold`` (patients,) is given, with ``rng``, a
    generator or a seed. Raises InputError for one repetition or naming the DSC that is missing.
    """
    values = dsc_table(table)
    if len(values) < 2:
        raise InputError("One repetition says nothing about repeatability: give two or more.")
    sds = (values - values[0]).std(axis=0, ddof=1)
    within = float(np.sqrt((sds**2).mean()))
    largest = pd.Series(sds, names(table)[1]).nlargest(5)
    return PatientLevel(
        patients=values.shape[1],
        runs=values.shape[0],
        within_sd=within,
        rc=float(TWO_RUNS * within),
        rc_ci=tuple(float(TWO_RUNS * b) for b in _bootstrap_sd(sds, fold, rng, resamples)),
        worst=tuple(largest.index[largest > 0]),
        identical=within == 0,
    )


def _bootstrap_sd(sds, fold, rng, resamples):
    units = fold_codes(fold if fold is not None else np.arange(len(sds)), len(sds))
    variances, sizes = np.bincount(units, sds**2), np.bincount(units)
    if len(sizes) < 2:
        return np.nan, np.nan
    if not np.ptp(rounded(variances / sizes)):
        return (float(sds[0]),) * 2
    found = stats.bootstrap(
        (variances, sizes), _pooled_sd, paired=True, n_resamples=resamples, batch=100, rng=rng
    )
    return float(found.confidence_interval.low), float(found.confidence_interval.high)


def _pooled_sd(variances, sizes, axis=-1):
    return np.sqrt(variances.sum(axis=axis) / sizes.sum(axis=axis))
