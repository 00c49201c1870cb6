"""Laboratories that stand out, by ISO 5725-2:1994, 7.3: Mandel's h and k, Cochran, Grubbs.

They say which laboratories to look at. Nothing is left out by them: a machine with other bits is no
mistake. A statistic above its critical value at 5 % is called a *straggler*, at 1 % an *outlier*.
All take laboratories for independent normal draws: where several share their bits, read h as a
distance and the tests as a hint.

Critical values: Wilrich, AStA Adv Stat Anal 2013;97:1 (h and k exact; Cochran and the single Grubbs
by Bonferroni's bound, as the standard's tables). Those of the double Grubbs test are simulated.
"""

import functools
from collections import Counter
from dataclasses import dataclass

import numpy as np
from scipy import stats

from helpers.errors import InputError
from helpers.statistics.dsc_arrays import rounded
from helpers.statistics.repeatability import sample_sd

STRAGGLER, OUTLIER = 0.05, 0.01
_DRAWS, _SEED = 50_000, 5725
_MOST = 40  # laboratories that the standard has critical values of the double test for


@dataclass(frozen=True)
class Test:
    """One test: its statistic, critical values at 5 and 1 %, whom it is about, what it says.

    laboratories : numbers from 1; says : "nothing", "straggler" or "outlier"
    """

    name: str
    statistic: float
    at_5: float
    at_1: float
    laboratories: tuple[int, ...]
    says: str

    def __str__(self):
        many = len(self.laboratories) > 1
        judged = {
            "nothing": "do not stand out" if many else "does not stand out",
            "straggler": "are stragglers (5 %)" if many else "is a straggler (5 %)",
            "outlier": "are outliers (1 %)" if many else "is an outlier (1 %)",
        }
        return (
            f"{self.name}: {' and '.join(map(str, self.laboratories))} {judged[self.says]}, "
            f"{self.statistic:.3f} against {self.at_5:.3f} at 5 % and {self.at_1:.3f} at 1 %."
        )


def mandel_h(results):
    """Mandel's h of each laboratory, (p,): its mean's distance from their mean, in their SDs.

    results : list with the results of each laboratory; NaN where all means are one, or p is 1
    """
    means = _means(results)
    sd = sample_sd(means)
    return (means - means.mean()) / sd if sd > 0 else np.full(len(means), np.nan)


def mandel_k(results):
    """Mandel's k of each laboratory, (p,): its SD over that of all, pooled.

    NaN for one with a single result, and for all where every laboratory repeats itself exactly.
    """
    sds = np.array([sample_sd(np.asarray(values, float)) for values in results])
    known = sds[~np.isnan(sds)]
    pooled = np.sqrt(np.mean(known**2)) if len(known) else 0.0
    return sds / pooled if pooled > 0 else np.full(len(sds), np.nan)


def critical_h(laboratories, alpha=STRAGGLER):
    """What |h| of one laboratory of p stays below with 1 − alpha; NaN for fewer than 3."""
    p = laboratories
    if p < 3:
        return np.nan
    t = stats.t.isf(alpha / 2, p - 2)
    return float((p - 1) * t / np.sqrt(p * (t**2 + p - 2)))


def critical_k(laboratories, results, alpha=STRAGGLER):
    """What k of one laboratory of p with n results each stays below with 1 − alpha."""
    p, n = laboratories, results
    if p < 2 or n < 2:
        return np.nan
    return float(np.sqrt(p / (1 + (p - 1) / stats.f.isf(alpha, n - 1, (p - 1) * (n - 1)))))


def critical_cochran(laboratories, results, alpha=STRAGGLER):
    """What the largest variance's share of all stays below with 1 − alpha: p variances of n."""
    p, n = laboratories, results
    if p < 2 or n < 2:
        return np.nan
    return float(1 / (1 + (p - 1) / stats.f.isf(alpha / p, n - 1, (p - 1) * (n - 1))))


def critical_grubbs(laboratories, alpha=STRAGGLER):
    """What Grubbs' G of p means, the largest of both sides, stays below with 1 − alpha."""
    p = laboratories
    if p < 3:
        return np.nan
    t2 = stats.t.isf(alpha / (2 * p), p - 2) ** 2
    return float((p - 1) / np.sqrt(p) * np.sqrt(t2 / (p - 2 + t2)))


@functools.lru_cache(maxsize=50)
def critical_double_grubbs(laboratories, alpha=STRAGGLER):
    """What the double Grubbs statistic of p means stays above with 1 − alpha, both sides together.

    Simulated with a fixed seed; known to about 2 % of itself.
    """
    if not 4 <= laboratories <= _MOST:
        return np.nan
    draws = np.sort(np.random.default_rng(_SEED).normal(size=(_DRAWS, laboratories)), axis=1)
    squares = _squares(draws)
    low, high = _squares(draws[:, 2:]) / squares, _squares(draws[:, :-2]) / squares
    return float(np.quantile(np.minimum(low, high), alpha))


def tests(results):
    """Cochran's and Grubbs' tests that can be made: list of `Test`, empty where all is equal.

    results : list with the results of each laboratory
    raises  : InputError when there is no laboratory
    """
    if not len(results):
        raise InputError("There is no laboratory: give the results of one or more.")
    found = [_cochran(results), _grubbs(results), *_double(results)]
    return [test for test in found if test]


def _cochran(results):
    """The laboratory with the largest variance; n is the number of results that most have."""
    sds = np.array([sample_sd(np.asarray(v, float)) for v in results])
    variances = np.nan_to_num(sds**2)
    p = int(np.sum(~np.isnan(sds)))
    if p < 2 or variances.sum() == 0:
        return None
    n = Counter(len(v) for v in results if len(v) > 1).most_common(1)[0][0]
    most = int(variances.argmax())
    share = float(variances[most] / variances.sum())
    limits = [critical_cochran(p, n, alpha) for alpha in (STRAGGLER, OUTLIER)]
    return _judged("Cochran", share, limits, (most + 1,), share > np.array(limits))


def _grubbs(results):
    h = mandel_h(results)
    if len(h) < 3 or np.isnan(h).any():
        return None
    most = int(np.abs(h).argmax())
    limits = [critical_grubbs(len(h), alpha) for alpha in (STRAGGLER, OUTLIER)]
    found = float(abs(h[most]))
    return _judged("Grubbs, one", found, limits, (most + 1,), found > np.array(limits))


def _double(results):
    """The two highest and the two lowest means, where the standard has critical values."""
    means = _means(results)
    order, squares = np.argsort(means, kind="stable"), _squares(means)
    if not 4 <= len(means) <= _MOST or squares == 0:
        return
    limits = [critical_double_grubbs(len(means), alpha) for alpha in (STRAGGLER, OUTLIER)]
    sides = {"two highest": (order[-2:], order[:-2]), "two lowest": (order[:2], order[2:])}
    for name, (away, kept) in sides.items():
        found = float(_squares(means[kept]) / squares)
        numbers = tuple(sorted(int(a) + 1 for a in away))
        yield _judged(f"Grubbs, {name}", found, limits, numbers, found < np.array(limits))


def _judged(name, statistic, limits, laboratories, beyond):
    says = "outlier" if beyond[1] else "straggler" if beyond[0] else "nothing"
    return Test(name, statistic, *limits, laboratories, says)


def _means(results):
    return rounded([np.mean(np.asarray(values, float)) for values in results])


def _squares(values):
    """The sum of squares about the mean, over the last axis: exactly 0 where all are equal."""
    values = values - values[..., :1]
    return np.sum((values - values.mean(axis=-1, keepdims=True)) ** 2, axis=-1)
