"""Is the result the same when the same network is trained again? Bitwise, by run, by patient.

The repeatability coefficient RC is the difference that two runs stay below 95 % of the time
(Bland and Altman, BMJ 1996;313:744).
"""

from dataclasses import dataclass, replace
from hashlib import sha256

import numpy as np
from scipy import stats

from helpers.errors import InputError
from helpers.statistics.dsc_arrays import dsc_table, dsc_values, margin_points

LEVEL = 0.95
TWO_RUNS = stats.norm.ppf(0.5 + LEVEL / 2) * np.sqrt(2)


@dataclass(frozen=True)
class RunLevel:
    """The scatter of the run medians: ``mean``, SD, RC and bounds in percentage points of DSC.

    ``run_sd_ci`` and ``prediction_interval`` (the next run) are 95 % (lower, upper), ``rc_upper``
    is the one-sided 95 % bound that decides the verdict. ``distinct`` counts the digests, None if
    none were given. ``valid`` is False where runs are not independent normal draws: fewer digests
    than runs. With one run everything but the mean is NaN; where medians are one although results
    differ the bounds are, since an SD of 0 is no estimate of the true one then.
    """

    runs: int
    mean: float
    run_sd: float
    run_sd_ci: tuple[float, float]
    rc: float
    rc_upper: float
    prediction_interval: tuple[float, float]
    margin: float
    verdict: str
    identical: bool
    distinct: int | None
    valid: bool

    def __str__(self):
        if self.runs == 1:
            return "Not shown: one run says nothing about repeatability."
        if self.identical:
            return f"Identical: all {self.runs} runs have a median DSC of {self.mean:.2f} %."
        if not self.run_sd:
            return (
                f"Not shown: the medians of {self.runs} runs are all {self.mean:.2f} %, though "
                "results differ, so how far medians scatter is not known."
            )
        sentence = (
            f"{self.verdict[0].upper()}{self.verdict[1:]}: the medians of {self.runs} runs have "
            f"an SD of {self.run_sd:.3f} points ({self.run_sd_ci[0]:.3f} to "
            f"{self.run_sd_ci[1]:.3f}); two runs are estimated to differ by less than "
            f"{self.rc:.2f} points 95 % of the time (upper bound {self.rc_upper:.2f}, margin "
            f"{self.margin:g}); the next run is expected at "
            f"{self.prediction_interval[0]:.2f} to {self.prediction_interval[1]:.2f} %."
        )
        if self.valid:
            return sentence
        return f"{sentence} The intervals are not valid: only {self.distinct} runs are distinct."

    def without_bounds(self):
        """The same where results are known to differ though these medians are one."""
        none = np.nan, np.nan
        bounds = {"run_sd_ci": none, "rc_upper": np.nan, "prediction_interval": none}
        return replace(self, identical=False, verdict="not shown", **bounds)


def dsc_digests(table):
    """A digest of each run's DSC, for `run_level` where the runs left no digests.

    ``table`` is (repetitions, patients), DSC in %; a list of SHA-256 texts. Runs of equal digest
    have equal results for every patient; their weights may differ. Raises InputError naming the
    DSC that is missing.
    """
    return [sha256(run.tobytes()).hexdigest() for run in dsc_table(table)]


def run_level(medians, margin=0.5, digests=None):
    """Repeatability of the run ``medians`` (runs,), DSC in %, with the verdict at ``margin``.

    ``margin`` is in percentage points (it means something only if it was chosen before looking,
    which no program can know); ``digests`` are one a run: a string, or the tuple of its folds'
    strings. The verdict is "identical", "repeatable within ±0.5 points" (the upper bound of RC is
    below the margin) or "not shown"; without digests equal medians count as identical: give
    `dsc_digests` where there is a table. SD and RC have χ² bounds, the next run a t interval (Hahn
    and Meeker, Statistical Intervals, 1991, section 4.7). Raises InputError naming a repetition
    without a number, or if there is not one digest a run or runs have unlike numbers of folds.
    """
    medians = dsc_values(medians, "repetition")
    runs, margin = len(medians), margin_points(margin)
    distinct = None if digests is None else _distinct(digests, runs)
    identical = runs > 1 and np.ptp(medians) == 0 and distinct in (None, 1)
    mean, sd = float(medians.mean()), sample_sd(medians)
    rc_upper = TWO_RUNS * sd * sd_factors(runs, 2 * LEVEL - 1)[1]
    found = RunLevel(
        runs=runs,
        mean=mean,
        run_sd=sd,
        run_sd_ci=tuple(sd * factor for factor in sd_factors(runs)),
        rc=float(TWO_RUNS * sd),
        rc_upper=float(rc_upper),
        prediction_interval=_next_run(mean, sd, runs),
        margin=margin,
        verdict=verdict_at(bool(identical), rc_upper, margin),
        identical=bool(identical),
        distinct=distinct,
        valid=runs > 1 and distinct in (None, runs),
    )
    return found.without_bounds() if sd == 0 and not identical else found


def sample_sd(values):
    """The SD of ``values`` (n,) in their unit: exactly 0 if all are equal, NaN if there is one."""
    if len(values) < 2:
        return np.nan
    return 0.0 if np.ptp(values) == 0 else float(np.std(values, ddof=1))


def sd_factors(runs, level=LEVEL):
    """What to multiply the SD of ``runs`` normal values by for its χ² interval: (lower, upper).

    NaN for one run. The upper factor of a 90 % interval is the one-sided 95 % bound.
    """
    if runs < 2:
        return np.nan, np.nan
    tails = stats.chi2.ppf([0.5 + level / 2, 0.5 - level / 2], runs - 1)
    return tuple(float(factor) for factor in np.sqrt((runs - 1) / tails))


def verdict_at(identical, rc_upper, margin):
    """The verdict where all runs are ``identical``, or RC has this upper bound, points: a text."""
    if identical:
        return "identical"
    return f"repeatable within ±{margin:g} points" if rc_upper < margin else "not shown"


def _next_run(mean, sd, runs):
    if runs < 2:
        return np.nan, np.nan
    half = float(stats.t.ppf(0.5 + LEVEL / 2, runs - 1) * sd * np.sqrt(1 + 1 / runs))
    return mean - half, mean + half


def _distinct(digests, runs):
    keys = [_digest(run, digest) for run, digest in enumerate(digests)]
    if len(keys) != runs:
        raise InputError(f"{len(keys)} digests for {runs} runs: give one for each run.")
    if len({len(key) for key in keys}) > 1:
        raise InputError("The runs have unlike numbers of folds: compare whole runs only.")
    return len(set(keys))


def _digest(run, digest):
    parts = tuple(digest) if isinstance(digest, list | tuple) else (digest,)
    if not parts or not all(isinstance(part, str) and part for part in parts):
        raise InputError(
            f"The digest of run {run} is {digest!r}: give a text, or one for each fold."
        )
    return parts
