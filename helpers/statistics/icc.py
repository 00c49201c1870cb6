"""How alike are runs compared with how unlike patients are: intraclass correlations.

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
    """The six intraclass correlations, fractions; ``agreement`` is ICC(A,1) with its 95 % interval.

    ``one_way`` is ICC(1), ``consistency`` ICC(C,1); ``mean_…`` are those of the mean of all runs.
    """

    agreement: float
    agreement_ci: tuple[float, float]
    one_way: float
    consistency: float
    mean_one_way: float
    mean_agreement: float
    mean_consistency: float
    within_sd: float

    def __str__(self):
        low, high = self.agreement_ci
        return (
            f"ICC(A,1) is {self.agreement:.3f} ({low:.3f} to {high:.3f}); within a patient the "
            f"runs have an SD of {self.within_sd:.2f} points."
        )


def icc(table):
    """The `Icc` of ``table`` (repetitions, patients), DSC in %.

    Sources: Shrout and Fleiss, Psychol Bull 1979;86:420; interval: McGraw and Wong, Psychol
    Methods 1996;1:30, table 7. NaN where neither patients nor runs differ. Raises InputError for
    less than two repetitions or patients.
    """
    values = dsc_table(table)
    runs, patients = values.shape
    squares = mean_squares(values, np.ones((patients, 1)))
    p, r, e = float(squares.patient), float(squares.run), float(squares.residual)
    within = (r + (patients - 1) * e) / patients
    offset = (r - e) / patients
    agreement = _ratio(p - e, p + (runs - 1) * e + runs * offset)
    return Icc(
        agreement=agreement,
        agreement_ci=_interval(agreement, p, r, e, runs, patients),
        one_way=_ratio(p - within, p + (runs - 1) * within),
        consistency=_ratio(p - e, p + (runs - 1) * e),
        mean_one_way=_ratio(p - within, p),
        mean_agreement=_ratio(p - e, p + offset),
        mean_consistency=_ratio(p - e, p),
        within_sd=float(np.sqrt(within)),
    )


def _interval(rho, p, r, e, runs, patients):
    if np.isnan(rho) or rho == 1 or r == e == 0:
        return rho, rho
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
