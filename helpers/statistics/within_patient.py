"""How repeatable is the DSC of one patient: the within-patient SD over runs.

Source: Bland and Altman, Measurement error, BMJ 1996;313:744. Its interval is for these patients
and other trainings. So the unit is the training, fold by fold: neither the patient, since those of
a fold share one (an interval over patients covers 86 % instead of 95), nor the fold.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from helpers.errors import InputError
from helpers.statistics.dsc_arrays import dsc_table, names, rounded
from helpers.statistics.repeatability import LEVEL, TWO_RUNS
from helpers.statistics.variance_components import fold_members


@dataclass(frozen=True)
class PatientLevel:
    """The scatter of single patients over runs, in percentage points of DSC.

    ``rc`` comes with a 95 % interval, NaN below three runs; ``worst`` names the five patients with
    the largest SD.
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


def patient_level(table, fold=None):
    """`PatientLevel` of ``table`` (repetitions, patients), DSC in %; ``fold`` is (patients,).

    The interval is of χ², its degrees of freedom from the scatter of squares between the trainings
    of each fold (Satterthwaite, Biometrics 1946;2:110), or between whole runs without ``fold``. It
    holds for 94 to 97 % of normal tables, but where a few trainings fail it is too low: with ten
    runs dealt from a small network's own trainings it held for 57 to 82 % (docs/units.md). Raises
    InputError for one repetition or naming the DSC that is missing.
    """
    values = dsc_table(table)
    if len(values) < 2:
        raise InputError("One repetition says nothing about repeatability: give two or more.")
    moved = values - values[0]
    sds = moved.std(axis=0, ddof=1)
    within = float(np.sqrt((sds**2).mean()))
    largest = pd.Series(sds, names(table)[1]).nlargest(5)
    return PatientLevel(
        patients=values.shape[1],
        runs=values.shape[0],
        within_sd=within,
        rc=float(TWO_RUNS * within),
        rc_ci=tuple(float(TWO_RUNS * within * factor) for factor in _factors(moved, fold)),
        worst=tuple(largest.index[largest > 0]),
        identical=within == 0,
    )


def _factors(values, fold):
    """What to multiply the SD by for its interval: (lower, upper)."""
    runs, patients = values.shape
    if runs < 3:
        return np.nan, np.nan
    members = np.ones((patients, 1)) if fold is None else fold_members(fold, patients)
    squares = rounded((values - values.mean(axis=0)) ** 2 @ members)
    # R / (R − 2): squares around a mean hang together, and scatter too little by that.
    errors = squares.var(axis=0, ddof=1) * runs / ((runs - 1) * (runs - 2))
    if not errors.any():
        return 1.0, 1.0
    df = 2 * (squares.sum() / (runs - 1)) ** 2 / (errors.sum() * _inflation(errors, runs))
    return tuple(np.sqrt(df / stats.chi2.ppf([0.5 + LEVEL / 2, 0.5 - LEVEL / 2], df)))


def _inflation(errors, runs):
    """(t / z)², since the error itself is known from few trainings only."""
    df = errors.sum() ** 2 * (runs - 1) / (errors**2).sum()
    tail = 0.5 + LEVEL / 2
    return (stats.t.ppf(tail, df) / stats.norm.ppf(tail)) ** 2
