"""What an arm emulates, held against what a training does by itself on the same patients."""

import pandas as pd

from helpers.errors import InputError
from helpers.statistics import recombined_runs

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
