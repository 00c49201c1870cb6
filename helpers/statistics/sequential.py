"""Looking again: "three more repetitions would decide" is another test than one look.

Who looks after 10 runs, adds three and looks again, until the verdict is "repeatable", says so too
often: each look has a chance of its own to be wrong.
"""

import numpy as np
import pandas as pd
from scipy import stats

from helpers.errors import InputError
from helpers.statistics.dsc_arrays import margin_points, positive
from helpers.statistics.repeatability import LEVEL, TWO_RUNS

STUDIES = 20_000


def chance_by_look(run_sd, looks, rng, margin=0.5, level=LEVEL, studies=STUDIES):
    """How often "repeatable within ±``margin`` points" was said by each of ``looks``; simulated.

    ``looks`` are numbers of runs, rising, such as (10, 13, 16); ``run_sd`` is the true SD of normal
    run medians, points; ``level`` that of the one-sided bound of RC. A frame: runs, this_look and
    so_far (fractions). With a ``run_sd`` of margin / (1.96·√2) the RC is the margin, and so_far is
    how often the rule is wrong. ``rng`` is a generator or a seed. Raises InputError for looks that
    do not rise from two runs or more.
    """
    p = _p_values(looks, rng, studies, positive(run_sd, "SD of the runs"), margin_points(margin))
    said = p < 1 - level
    so_far = np.logical_or.accumulate(said, axis=1)
    columns = {"runs": list(looks), "this_look": said.mean(axis=0), "so_far": so_far.mean(axis=0)}
    return pd.DataFrame(columns)


def level_for(looks, rng, studies=STUDIES):
    """The level of RC's bound with which all ``looks`` together are wrong in 5 %: a fraction.

    The level of one look is 0.95; the same at every look (Pocock, Biometrika 1977;64:191), found by
    simulation at the margin itself, on which it does not depend. Arguments as `chance_by_look`.
    """
    p = _p_values(looks, rng, studies, 1.0, TWO_RUNS)
    return float(1 - np.quantile(p.min(axis=1), 1 - LEVEL))


def _p_values(looks, rng, studies, run_sd, margin):
    """p of "RC is the margin or more" at each look: (studies, looks)."""
    looks = list(looks)
    if not looks or looks[0] < 2 or np.any(np.diff(looks) < 1):
        raise InputError(f"The looks are {looks}: give rising numbers of runs, from 2.")
    medians = np.random.default_rng(rng).normal(0, run_sd, (studies, looks[-1]))
    squares = [runs * medians[:, :runs].var(axis=1) for runs in looks]
    scaled = np.stack(squares, axis=1) * (TWO_RUNS / margin) ** 2
    return stats.chi2.cdf(scaled, np.array(looks) - 1)
