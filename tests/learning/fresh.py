"""Trainings in a process of their own: what the tests of cells run there."""

import sys

from helpers.learning import cell, parting
from helpers.learning.arms import ARMS


def records(protocol, jobs, cohort):
    """The records of jobs (arm, repetition, fold), all in this one process."""
    return [cell.train(protocol, ARMS[a], r, f, cohort) for a, r, f in jobs]


def five_runs(protocol, arm, cohort):
    """Steps of five same-seed runs of an arm."""
    return parting.same_seeds(protocol, ARMS[arm], cohort)


def framework_is_imported():
    """Whether TensorFlow is there."""
    return "tensorflow" in sys.modules
