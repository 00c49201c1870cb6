"""Repeatability and reproducibility by ISO 5725-2: one experiment, repeated by many laboratories.

The words are metrology's (VIM 2.20 to 2.25): *repeatability* is the same laboratory, here the same
machine; *reproducibility* is other ones. With n_i results of mean m_i and SD s_i in laboratory i of
p, in all n (ISO 5725-2:1994, 7.4):

    s_r² = Σ (n_i − 1) s_i² / Σ (n_i − 1)              within a laboratory
    s_L² = (s_d² − s_r²) / n̄, but 0 where that is below   between laboratories
    s_R² = s_r² + s_L²                                 one result of any laboratory
    s_d² = Σ n_i (m_i − m)² / (p − 1), n̄ = (n − Σ n_i² / n) / (p − 1), m = Σ n_i m_i / n

Where every laboratory repeats itself exactly, s_r is 0: a second result says nothing new, so each
laboratory counts once, and all scatter is between them.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from helpers.errors import InputError
from helpers.statistics.dsc_arrays import rounded
from helpers.statistics.repeatability import LEVEL, TWO_RUNS, sample_sd, sd_factors


@dataclass(frozen=True)
class Precision:
    """What laboratories found, in the unit of their results; NaN for what cannot be known.

    mean     : general mean m
    s_r, s_L, s_R : SDs within a laboratory, between laboratories, of one result of any laboratory
    …_ci     : 95 % (lower, upper)
    R        : reproducibility limit: two results of two laboratories are estimated to differ by
               less than this 95 % of the time; r the same within one laboratory
    …_upper  : the one-sided 95 % bound of it
    exact    : every laboratory has repeated itself exactly: s_r is 0
    """

    laboratories: int
    results: int
    mean: float
    s_r: float
    s_r_ci: tuple[float, float]
    s_L: float
    s_L_ci: tuple[float, float]
    s_R: float
    s_R_ci: tuple[float, float]
    r: float
    r_upper: float
    R: float
    R_upper: float
    exact: bool


def precision(results):
    """`Precision` of the results of each laboratory.

    results : list with the results of each laboratory, (n_i,) each; numbers of one unit
    raises  : InputError naming a laboratory without a result, or whose result is no number

    The interval of s_r is χ²; those of s_R and s_L are modified large-sample intervals (Graybill
    and Wang, J Am Stat Assoc 1980;75:869; Ting et al., J Stat Comput Simul 1990;35:135) on the
    unweighted means of laboratories with the harmonic mean of n_i (Thomas and Hultquist, Ann Stat
    1978;6:582): exact for equal n_i and one variance, near 95 % else. All take results and
    laboratories for independent normal draws.
    """
    cells = [_cell(values, number) for number, values in enumerate(results, 1)]
    if not cells:
        raise InputError("There is no laboratory: give the results of one or more.")
    parts = _Parts.of(cells)
    s_r, s_L, s_R = parts.sds
    factors, upper = sd_factors(parts.df + 1), sd_factors(parts.df + 1, 2 * LEVEL - 1)[1]
    return Precision(
        laboratories=len(cells),
        results=sum(map(len, cells)),
        mean=float(np.average(parts.means, weights=parts.n)),
        s_r=s_r,
        s_r_ci=tuple(s_r * factor for factor in factors),
        s_L=s_L,
        s_L_ci=parts.between_ci(LEVEL),
        s_R=s_R,
        s_R_ci=parts.total_ci(LEVEL),
        r=float(TWO_RUNS * s_r),
        r_upper=float(TWO_RUNS * s_r * upper),
        R=float(TWO_RUNS * s_R),
        R_upper=float(TWO_RUNS * parts.total_ci(2 * LEVEL - 1)[1]),
        exact=parts.exact,
    )


@dataclass(frozen=True)
class _Parts:
    """What all is made of: numbers of results, means, the variance within and its degrees."""

    n: np.ndarray
    means: np.ndarray
    within: float
    df: int
    exact: bool

    @classmethod
    def of(cls, cells):
        """Those of checked results; where all repeat themselves, each counts once."""
        df = sum(map(len, cells)) - len(cells)
        exact = df > 0 and all(np.ptp(values) == 0 for values in cells)
        n = np.array([1 if exact else len(values) for values in cells])
        squares = sum((len(v) - 1) * sample_sd(v) ** 2 for v in cells if len(v) > 1)
        return cls(n, rounded([v.mean() for v in cells]), squares / (df or np.nan), df, exact)

    @property
    def sds(self):
        """s_r, s_L and s_R; of one result each the parts cannot be told apart, their sum can."""
        if np.isnan(self.within):
            return np.nan, np.nan, sample_sd(self.means)
        between = self._between()
        return _root(self.within), _root(between), _root(self.within + between)

    def total_ci(self, level):
        """(lower, upper) of s_R: both parts add up."""
        if len(self.n) < 2:
            return np.nan, np.nan
        square, share = sample_sd(self.means) ** 2, 1 - 1 / _harmonic(self.n)
        inner = 0.0 if np.isnan(self.within) else share * self.within
        (g1, h1), (g2, h2) = _spans(len(self.n) - 1, level), _spans(max(self.df, 1), level)
        low = square + inner - np.hypot(g1 * square, g2 * inner)
        return _root(max(low, 0.0)), _root(square + inner + np.hypot(h1 * square, h2 * inner))

    def between_ci(self, level):
        """(lower, upper) of s_L: the part within is taken off."""
        if len(self.n) < 2 or np.isnan(self.within):
            return np.nan, np.nan
        if self.exact:
            return self.total_ci(level)
        j, a, b = _harmonic(self.n), len(self.n) - 1, self.df
        one, two = j * sample_sd(self.means) ** 2, self.within
        (g1, h1), (g2, h2) = _spans(a, level), _spans(b, level)
        upper, lower = stats.f.isf([0.5 - level / 2, 0.5 + level / 2], a, b)
        g12 = ((upper - 1) ** 2 - (g1 * upper) ** 2 - h2**2) / upper
        h12 = ((1 - lower) ** 2 - (h1 * lower) ** 2 - g2**2) / lower
        low = (g1 * one) ** 2 + (h2 * two) ** 2 + g12 * one * two
        high = (h1 * one) ** 2 + (g2 * two) ** 2 + h12 * one * two
        bounds = one - two - np.sqrt(max(low, 0)), one - two + np.sqrt(max(high, 0))
        return tuple(_root(max(bound, 0.0) / j) for bound in bounds)

    def _between(self):
        """s_L², NaN for one laboratory."""
        n, p = self.n, len(self.n)
        if p < 2:
            return np.nan
        mean = np.average(self.means, weights=n)
        square = np.sum(n * (self.means - mean) ** 2) / (p - 1)
        size = (n.sum() - (n**2).sum() / n.sum()) / (p - 1)
        return max(0.0, (square - self.within) / size)


def _cell(values, number):
    found = np.asarray(values, dtype=float).ravel()
    if not len(found) or not np.isfinite(found).all():
        raise InputError(f"Laboratory {number} has no result, or one that is no number: leave out.")
    return found


def _spans(df, level):
    """How far the variance of ``df`` degrees may be below and above its estimate, as fractions."""
    upper, lower = stats.chi2.ppf([0.5 + level / 2, 0.5 - level / 2], df)
    return 1 - df / upper, df / lower - 1


def _harmonic(n):
    return len(n) / np.sum(1 / n)


def _root(variance):
    return float(np.sqrt(variance))
