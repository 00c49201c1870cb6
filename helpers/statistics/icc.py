"""How alike are runs compared with how unlike patients are: the intraclass correlation.

Never alone: the same scatter of runs has a high ICC among unlike patients and a low one among
like patients. Give the within-patient SD in points beside it.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from helpers.statistics.dsc_arrays import dsc_table
from helpers.statistics.variance_components import mean_squares


@dataclass(frozen=True)
class Icc:
    """ICC(A,1), a fraction, with its 95 % interval, and the SD within a patient in points."""

    agreement: float
    agreement_ci: tuple[float, float]
    within_sd: float

    def __str__(self):
        low, high = self.agreement_ci
        interval = "no interval" if np.isnan(low) else f"{low:.3f} to {high:.3f}"
        return (
            f"ICC(A,1) is {self.agreement:.3f} ({interval}); within a patient the "
            f"runs have an SD of {self.within_sd:.2f} points."
        )


def icc(table):
    """The `Icc` of ``table`` (repetitions, patients), DSC in %.

    Sources: Shrout and Fleiss, Psychol Bull 1979;86:420; interval: McGraw and Wong, Psychol
    Methods 1996;1:30, table 7. NaN where neither patients nor runs differ, and no interval where
    no run tells patients apart. Raises InputError for less than two repetitions or patients.
    """
    values = dsc_table(table)
    runs, patients = values.shape
    squares = mean_squares(values, np.ones((patients, 1)))
    p, r, e = float(squares.patient), float(squares.run), float(squares.residual)
    if not np.ptp(values, axis=1).any():  # exactly 0, which the mean squares only nearly are
        p = e = 0.0
    agreement = _ratio(p - e, p + (runs - 1) * e + runs * (r - e) / patients)
    return Icc(
        agreement=agreement,
        agreement_ci=_interval(agreement, p, r, e, runs, patients),
        within_sd=float(np.sqrt((r + (patients - 1) * e) / patients)),
    )


def _interval(rho, p, r, e, runs, patients):
    if np.isnan(rho) or rho == 1 or r == e == 0:
        return rho, rho
    if p == e == 0:
        return np.nan, np.nan
    a = runs * rho / (patients * (1 - rho))
    b = 1 + a * (patients - 1)
    df = (a * r + b * e) ** 2 / (
        (a * r) ** 2 / (runs - 1) + (b * e) ** 2 / ((patients - 1) * (runs - 1))
    )
    noise = runs * r + (runs * patients - runs - patients) * e
    below, above = stats.f.ppf(0.975, patients - 1, df), stats.f.ppf(0.975, df, patients - 1)
    low = patients * (p - below * e) / (below * noise + patients * p)
    high = patients * (above * p - e) / (noise + patients * above * p)
    return float(low), float(high)


def _ratio(part, whole):
    return part / whole if whole else np.nan
