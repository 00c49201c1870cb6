"""How repeatable is the DSC of one patient: the within-patient SD over runs.

Source: Bland and Altman, Measurement error, BMJ 1996;313:744 and 313:106 (SD against mean).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from helpers.errors import InputError
from helpers.statistics.dsc_arrays import dsc_table, fold_codes, names
from helpers.statistics.repeatability import LEVEL, TWO_RUNS


@dataclass(frozen=True)
class PatientLevel:
    """The scatter of single patients over runs, in percentage points of DSC.

    ``within_sd`` and ``rc`` come with 95 % bootstrap intervals; ``within_variance`` and
    ``between_variance`` are in points², ``f`` their one-way F. ``spearman`` correlates the SD of
    each patient with the mean; ``sd_follows_mean`` (p < .05) advises `log_error`. ``worst`` names
    the five patients with the largest SD.
    """

    patients: int
    runs: int
    within_sd: float
    within_sd_ci: tuple[float, float]
    rc: float
    rc_ci: tuple[float, float]
    within_variance: float
    between_variance: float
    f: float
    spearman: float
    spearman_p: float
    sd_follows_mean: bool
    worst: tuple
    identical: bool

    def __str__(self):
        if self.identical:
            return f"All {self.runs} runs give each of the {self.patients} patients the same DSC."
        return (
            f"Within a patient {self.runs} runs have an SD of {self.within_sd:.2f} points; two "
            f"runs are estimated to differ by less than {self.rc:.2f} points "
            f"({self.rc_ci[0]:.2f} to {self.rc_ci[1]:.2f}) 95 % of the time; the "
            f"least repeatable of {self.patients} patients are "
            f"{', '.join(str(name) for name in self.worst)}."
        )


def patient_level(table, rng, fold=None, resamples=10_000):
    """`PatientLevel` of ``table`` (repetitions, patients), DSC in %.

    The bootstrap draws patients, or whole folds if ``fold`` (patients,) is given, with ``rng``, a
    generator or a seed. Raises InputError for one repetition or naming the DSC that is missing.
    """
    values = dsc_table(table)
    spread = patient_table(table)
    within = float((spread["sd"] ** 2).mean())
    between = float(spread["mean"].var()) if len(spread) > 1 else np.nan
    ci = _bootstrap_sd(spread["sd"].to_numpy(), fold, rng, resamples)
    rho, p = _follows(spread)
    return PatientLevel(
        patients=values.shape[1],
        runs=values.shape[0],
        within_sd=float(np.sqrt(within)),
        within_sd_ci=ci,
        rc=float(TWO_RUNS * np.sqrt(within)),
        rc_ci=tuple(float(TWO_RUNS * bound) for bound in ci),
        within_variance=within,
        between_variance=between - within / values.shape[0],
        f=values.shape[0] * between / within if within else np.nan,
        spearman=rho,
        spearman_p=p,
        sd_follows_mean=bool(p < 1 - LEVEL),
        worst=tuple(spread[spread["sd"] > 0].nlargest(5, "sd")["patient"]),
        identical=within == 0,
    )


def patient_table(table):
    """One row a patient: patient (its name), mean, lowest, highest in %, sd in points of DSC."""
    values = dsc_table(table)
    if len(values) < 2:
        raise InputError("One repetition says nothing about repeatability: give two or more.")
    moved = values - values[0]
    return pd.DataFrame(
        {
            "patient": names(table)[1],
            "mean": values.mean(axis=0),
            "sd": moved.std(axis=0, ddof=1),
            "lowest": values.min(axis=0),
            "highest": values.max(axis=0),
        }
    )


def log_error(table):
    """log(1 − DSC) of ``table`` (repetitions, patients), DSC in %: where the SD follows the mean.

    Differences are then ratios of the error. Raises InputError naming a DSC of 100 % or more.
    """
    values = dsc_table(table)
    perfect = np.argwhere(values >= 100)
    if len(perfect):
        repetition, patient = perfect[0]
        raise InputError(
            f"The DSC of patient {patient} in repetition {repetition} is 100 %: its error has no "
            "logarithm; stay with the DSC itself."
        )
    return np.log(1 - values / 100)


def _bootstrap_sd(sds, fold, rng, resamples):
    units = fold_codes(fold if fold is not None else np.arange(len(sds)), len(sds))
    variances, sizes = np.bincount(units, sds**2), np.bincount(units)
    if len(sizes) < 2:
        return np.nan, np.nan
    if np.ptp(variances / sizes) == 0:
        return (float(sds[0]),) * 2
    found = stats.bootstrap(
        (variances, sizes), _pooled_sd, paired=True, n_resamples=resamples, batch=100, rng=rng
    )
    return float(found.confidence_interval.low), float(found.confidence_interval.high)


def _pooled_sd(variances, sizes, axis=-1):
    return np.sqrt(variances.sum(axis=axis) / sizes.sum(axis=axis))


def _follows(spread):
    if len(spread) < 3 or spread["sd"].nunique() == 1 or spread["mean"].nunique() == 1:
        return np.nan, np.nan
    found = stats.spearmanr(spread["sd"], spread["mean"])
    return float(found.statistic), float(found.pvalue)
