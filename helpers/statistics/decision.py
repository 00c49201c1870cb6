"""What a margin is for: which of two methods is taken, when each was trained once."""

import numpy as np
from scipy import stats

from helpers.errors import InputError
from helpers.statistics.dsc_arrays import margin_points, positive


def chance_of_the_worse(difference, run_sd, trainings=1):
    """The chance that the worse of two methods has the better result, a fraction: Φ(−Δ/(√2·SD)).

    ``difference`` Δ (points, 0 or more; a number or an array) is how far apart the means of their
    run medians are, ``run_sd`` the SD of the run medians of each, taken to be normal and the same
    for both. With ``trainings`` runs of each the means are compared, and the SD is SD/√trainings.
    Raises InputError for an SD or a difference that is none.
    """
    apart = np.asarray(difference, float)
    if not (apart >= 0).all():
        raise InputError(f"The difference is {difference!r}: give points of DSC, 0 or more.")
    scatter = np.sqrt(2 / _whole(trainings)) * positive(run_sd, "SD of the runs")
    found = stats.norm.sf(apart / scatter)
    return found if apart.ndim else float(found)


def difference_told(run_sd, risk=0.05, trainings=1):
    """The difference of two methods, points, from which the worse is taken in ``risk`` of cases.

    The inverse of `chance_of_the_worse`: √2·SD·Φ⁻¹(1 − risk). A margin from a decision: methods
    closer than this cannot be told apart by so many trainings. Raises InputError unless the risk is
    between 0 and a half.
    """
    if not 0 < risk < 0.5:
        raise InputError(f"The risk is {risk!r}: give a fraction between 0 and 0.5.")
    scatter = np.sqrt(2 / _whole(trainings)) * positive(run_sd, "SD of the runs")
    return float(scatter * stats.norm.isf(risk))


def trainings_needed(difference, run_sd, risk=0.05):
    """How many runs of each method it takes until the worse is taken in at most ``risk``: int.

    Arguments and errors as `difference_told`; ``difference`` in points, above 0.
    """
    apart = margin_points(difference)
    return max(1, int(np.ceil((difference_told(run_sd, risk) / apart) ** 2 - 1e-9)))


def _whole(trainings):
    if not trainings >= 1:
        raise InputError(f"{trainings} trainings: give one or more.")
    return trainings
