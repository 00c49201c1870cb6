"""Do two arms differ as they stand, with these seeds, patients and folds: the run is the unit.

`arm_comparison` asks another question, whether they would with another seed in each fold, and there
the fold is the unit. An arm of one seed has one draw of it in each fold, however many runs it has,
so that only the folds tell how much that draw matters; here it is part of the question.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from helpers.statistics.arm_comparison import ALPHA
from helpers.statistics.dsc_arrays import dsc_values, margin_points


@dataclass(frozen=True)
class RunComparison:
    """Mean of the second arm's run medians minus that of the first, percentage points of DSC.

    ``difference_ci`` is Welch's 90 % interval, NaN where an arm has one run; ``smallest_margin`` is
    the least margin that would pass for equivalent. ``answer`` is "equivalent", "different" or
    "undecided"; ``t_p`` is a fraction, NaN where no run scatters.
    """

    runs: tuple[int, int]
    difference: float
    difference_ci: tuple[float, float]
    t_p: float
    smallest_margin: float
    margin: float
    answer: str

    def __str__(self):
        if np.isnan(self.smallest_margin):
            return "Undecided: one run has no scatter to test with."
        test = "no run scatters, so no test" if np.isnan(self.t_p) else f"t p = {self.t_p:.3g}"
        low, high = self.difference_ci
        return (
            f"{self.answer.capitalize()} at a margin of {self.margin:g} points: the mean run "
            f"medians differ by {self.difference:+.2f} points ({low:+.2f} to {high:+.2f}, "
            f"{self.runs[1]} and {self.runs[0]} runs; {test}); the smallest margin that passes is "
            f"{self.smallest_margin:.2f} points."
        )


def compare_runs(first, second, margin=0.5):
    """Two arms' run medians, (runs,) each, DSC in %, by Welch's t (Biometrika 1947;34:28).

    Equivalent if the 90 % interval of the difference is within ±``margin`` points, which is two
    one-sided tests at 5 % (Schuirmann 1987), else different if the t test rejects at 5 %, else
    undecided. Raises InputError naming a repetition without a number, or for a margin that is none.
    """
    one, two = (dsc_values(medians, "repetition") for medians in (first, second))
    margin, difference = margin_points(margin), float(np.mean(two) - np.mean(one))
    low, high, p = _welch(one, two, difference)
    sure = p < ALPHA or (np.isnan(p) and low == high != 0)
    passes = -margin < low and high < margin
    return RunComparison(
        runs=(len(one), len(two)),
        difference=difference,
        difference_ci=(low, high),
        t_p=p,
        smallest_margin=float(np.max(np.abs([low, high]))),
        margin=margin,
        answer="equivalent" if passes else "different" if sure else "undecided",
    )


def _welch(one, two, difference):
    """(lower, upper, p): of 90 % and of a two-sided test."""
    if min(len(one), len(two)) < 2:
        return np.nan, np.nan, np.nan
    if np.ptp(one) == 0 == np.ptp(two):
        return difference, difference, np.nan
    found = stats.ttest_ind(two, one, equal_var=False)
    interval = found.confidence_interval(1 - 2 * ALPHA)
    return float(interval.low), float(interval.high), float(found.pvalue)
