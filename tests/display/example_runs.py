"""Runs for the tests of figures: simulated ones, tiny ones, and the published table."""

import numpy as np
import pandas as pd

from helpers.statistics import csv_tables, simulation
from helpers.statistics.runs import Runs

TRUTH = simulation.Truth(patients=20, folds=5, runs=6, run_sd=0.2)
FOLD = TRUTH.fold()


def runs_of(dsc, fold=None, arm="a"):
    """`Runs` of a table (repetitions, patients) of DSC in %; fold : (patients,) or None."""
    folds = 1 if fold is None else len(set(fold))
    return Runs(arm, pd.DataFrame(dsc), folds, None if fold is None else np.array(fold), None, [])


def simulated(seed=1, shift=0.0):
    """`Runs` of 20 patients in five folds, all better by ``shift`` points."""
    return runs_of(simulation.simulate(TRUTH, seed)[0] + shift, FOLD)


def published():
    """The published table."""
    return csv_tables.read_published("helpers/reference/published_table.csv")


TINY = runs_of([[80.0, 81, 82, 83], [80.5, 81, 83, 84]], [0, 0, 1, 1])
FLAT = runs_of(np.tile([80.0, 81, 82, 83], (3, 1)), [0, 0, 1, 1])
