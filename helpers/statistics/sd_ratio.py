"""Do two arms scatter alike? The ratio of the SDs of their run medians, never without interval.

At 50 runs each a ratio is known to × 0.75–1.33, at 3 runs each to × 0.16–6.2.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from helpers.statistics.dsc_arrays import dsc_values
from helpers.statistics.repeatability import LEVEL, sample_sd

FEW = 5


@dataclass(frozen=True)
class SdRatio:
    """SD of an arm's run medians over that of a reference arm: a ratio without unit.

    ``ci`` is the 95 % F interval of two normal samples, ``bootstrap_ci`` draws runs, NaN below five
    runs. ``levene_p`` is Brown and Forsythe's test of equal spread. NaN where there is nothing to
    divide.
    """

    ratio: float
    ci: tuple[float, float]
    bootstrap_ci: tuple[float, float]
    levene_p: float


def sd_ratio(medians, reference, rng, resamples=10_000):
    """`SdRatio` of two arms' run ``medians`` and ``reference`` (runs,), DSC in %.

    F interval: Snedecor and Cochran, Statistical Methods, 1989, section 6.12; the bootstrap draws
    with ``rng``. Not valid where runs repeat. Raises InputError naming a repetition without a
    number.
    """
    one, two = dsc_values(medians, "repetition"), dsc_values(reference, "repetition")
    below = sample_sd(two)
    ratio = sample_sd(one) / below if below > 0 else np.nan
    return SdRatio(
        ratio=ratio,
        ci=tuple(ratio * factor for factor in ratio_factors(len(one), len(two))),
        bootstrap_ci=_bootstrap(one, two, rng, resamples),
        levene_p=_brown_forsythe(one, two),
    )


def ratio_factors(runs, reference_runs):
    """What to multiply a ratio of SDs by for its F interval: (lower, upper), NaN for one run."""
    if min(runs, reference_runs) < 2:
        return np.nan, np.nan
    tails = [0.5 + LEVEL / 2, 0.5 - LEVEL / 2]
    quantiles = stats.f.ppf(tails, runs - 1, reference_runs - 1)
    return tuple(float(factor) for factor in 1 / np.sqrt(quantiles))


def _bootstrap(one, two, rng, resamples):
    if min(len(one), len(two)) < FEW or np.ptp(two) == 0:
        return np.nan, np.nan
    with np.errstate(invalid="ignore"):
        found = stats.bootstrap(
            (one, two), _ratio, n_resamples=resamples, batch=100, method="percentile", rng=rng
        )
    return float(found.confidence_interval.low), float(found.confidence_interval.high)


def _ratio(one, two, axis=-1):
    # A resample of equal runs has no spread: its ratio counts as infinite.
    below = np.std(two, axis=axis, ddof=1)
    return np.divide(
        np.std(one, axis=axis, ddof=1), below, out=np.full(below.shape, np.inf), where=below > 0
    )


def _brown_forsythe(one, two):
    if min(len(one), len(two)) < 3 or np.ptp(one) == 0 == np.ptp(two):
        return np.nan
    return float(stats.levene(one, two, center="median").pvalue)
