"""What an arm emulates, held against what a training does by itself on the same patients."""

import numpy as np
import pandas as pd
from scipy import special, stats

from helpers.errors import InputError
from helpers.statistics import recombined_runs
from helpers.statistics.repeatability import LEVEL

NATURE = "default"


def against_nature(arms, rng, nature=NATURE):
    """SD of the run medians of each arm, and its ratio to that of the arm that nothing was done to.

    arms    : dict of arm → `Runs`, of one study, or of studies of one network on the same patients
    rng     : a generator or a seed, for the exchanges of `recombined_runs`
    returns : frame indexed by arm: runs, run_sd, sd_lower, sd_upper (points of DSC), of_nature,
              ratio_lower, ratio_upper; 95 % intervals. Arms that repeat to the bit are left out
    raises  : InputError when there is no such arm, or it repeats to the bit
    """
    if nature not in arms:
        raise InputError(f"No arm {nature}: run it, to hold the others against it.")
    found = {arm: recombined_runs.of_runs(runs, rng) for arm, runs in arms.items()}
    found = {arm: one for arm, one in found.items() if one is not None and one.run_sd > 0}
    if nature not in found:
        raise InputError(
            f"{nature} repeats to the bit, or has too few trainings: there is nothing to hold "
            "the other arms against."
        )
    rows = [_row(arm, len(arms[arm].dsc), one, found[nature]) for arm, one in found.items()]
    return pd.DataFrame(rows).set_index("arm")


def volumes_against_nature(one, nature):
    """How many times as far persons' volumes scatter in an arm as in the one nothing was done to.

    one, nature : `VolumeNoise` of the same patients, dealt to the same folds
    returns     : (ratio, (lower, upper)): the geometric mean over folds of their patients' ratios
                  of SDs, and Student's 95 % interval over folds, whose patients share their models
    raises      : InputError when the patients or folds differ, or an SD is 0 or not known
    """
    logs = pd.DataFrame({name: _log_sd(n) for name, n in (("one", one), ("nature", nature))})
    folds = one.patients["fold"].reindex(logs.index)
    same = folds.equals(nature.patients["fold"].reindex(logs.index))
    if not (same and folds.notna().all() and np.isfinite(logs).all(axis=None)):
        raise InputError(
            "The two arms need the same patients in the same folds, and each an SD above 0."
        )
    by_fold = (logs["one"] - logs["nature"]).groupby(folds).mean()
    bounds = stats.t.interval(LEVEL, len(by_fold) - 1, by_fold.mean(), by_fold.sem())
    return float(np.exp(by_fold.mean())), tuple(map(float, np.exp(bounds)))


def _log_sd(noise):
    """The logarithm of each patient's SD, without what few trainings take from it on average."""
    half = (noise.patients["trainings"] - 1) / 2
    with np.errstate(divide="ignore"):
        return np.log(noise.patients["sd_percent"]) - (special.digamma(half) - np.log(half)) / 2


def _row(arm, runs, one, nature):
    ratio, bounds = recombined_runs.ratio(one, nature) if one is not nature else (1.0, (1.0, 1.0))
    return {
        "arm": arm,
        "runs": runs,
        "run_sd": one.run_sd,
        "sd_lower": one.run_sd_ci[0],
        "sd_upper": one.run_sd_ci[1],
        "of_nature": ratio,
        "ratio_lower": bounds[0],
        "ratio_upper": bounds[1],
    }
