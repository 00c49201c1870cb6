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
    repeats = [values for values in cells if len(values) > 1]
    exact = bool(repeats) and all(np.ptp(values) == 0 for values in repeats)
    used = [values[:1] for values in cells] if exact else cells
    n, means = np.array([len(v) for v in used]), np.array([v.mean() for v in used])
    mean = float(np.average(means, weights=n))
    within = 0.0 if exact else _within(used)
    between = _between(n, means, mean, within)
    s_r, s_L, s_R = _root(within), _root(between), _root(within + between)
    if np.isnan(within):  # one result each: its parts cannot be told apart, their sum can
        s_R = sample_sd(means)
    df = sum(len(values) - 1 for values in repeats)
    parts = _Parts(n, means, within, df, exact)
    r_upper = s_r * sd_factors(df + 1, 2 * LEVEL - 1)[1] if df else np.nan
    return Precision(
        laboratories=len(cells),
        results=sum(map(len, cells)),
        mean=mean,
        s_r=s_r,
        s_r_ci=tuple(s_r * factor for factor in sd_factors(df + 1)),
        s_L=s_L,
        s_L_ci=parts.between(LEVEL),
        s_R=s_R,
        s_R_ci=parts.total(LEVEL),
        r=float(TWO_RUNS * s_r),
        r_upper=float(TWO_RUNS * r_upper),
        R=float(TWO_RUNS * s_R),
        R_upper=float(TWO_RUNS * parts.total(2 * LEVEL - 1)[1]),
        exact=exact,
    )


@dataclass(frozen=True)
class _Parts:
    """What the intervals are made of: mean square of the means and the variance within."""

    n: np.ndarray
    means: np.ndarray
    within: float
    df: int
    exact: bool

    def total(self, level):
        """(lower, upper) of s_R: both parts add up."""
        if len(self.n) < 2:
            return np.nan, np.nan
        square, share = sample_sd(self.means) ** 2, 1 - 1 / _harmonic(self.n)
        inner = 0.0 if np.isnan(self.within) else share * self.within
        (g1, h1), (g2, h2) = _spans(len(self.n) - 1, level), _spans(max(self.df, 1), level)
        low = square + inner - np.hypot(g1 * square, g2 * inner)
        return _root(max(low, 0.0)), _root(square + inner + np.hypot(h1 * square, h2 * inner))

    def between(self, level):
        """(lower, upper) of s_L: the part within is taken off."""
        if len(self.n) < 2 or np.isnan(self.within):
            return np.nan, np.nan
        if self.exact:
            return self.total(level)
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


def _cell(values, number):
    found = np.asarray(values, dtype=float).ravel()
    if not len(found) or not np.isfinite(found).all():
        raise InputError(f"Laboratory {number} has no result, or one that is no number: leave out.")
    return found


def _within(cells):
    """s_r², NaN where no laboratory has two results."""
    df = sum(len(values) - 1 for values in cells)
    return sum((len(v) - 1) * sample_sd(v) ** 2 for v in cells if len(v) > 1) / (df or np.nan)


def _between(n, means, mean, within):
    """s_L², NaN for one laboratory, and where s_r is not known."""
    if len(n) < 2 or np.isnan(within):
        return np.nan
    square = float(np.sum(n * (means - mean) ** 2) / (len(n) - 1))
    size = (n.sum() - (n**2).sum() / n.sum()) / (len(n) - 1)
    return max(0.0, (square - within) / size)


def _spans(df, level):
    """How far the variance of ``df`` degrees may be below and above its estimate, as fractions."""
    upper, lower = stats.chi2.ppf([0.5 + level / 2, 0.5 - level / 2], df)
    return 1 - df / upper, df / lower - 1


def _harmonic(n):
    return len(n) / np.sum(1 / n)


def _root(variance):
    return float(np.sqrt(variance))
