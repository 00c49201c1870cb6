"""Trainings in a process of their own: what the tests of cells run there."""

import sys
from dataclasses import replace

from helpers.errors import InputError
from helpers.learning import cell, foreign, parting
from helpers.learning.arms import ARMS


def records(protocol, jobs, cohort, network=None):
    """The records of jobs (arm, repetition, fold), all in this one process."""
    build = foreign.load(network) if network else None
    return [cell.train(protocol, ARMS[a], r, f, cohort, build=build) for a, r, f in jobs]


def refusal(protocol, job, cohort):
    """What a cell says that cannot be done, and the digest of a sound one after it."""
    wild = replace(protocol, learning_rate=1e38)
    try:
        return records(wild, [job], cohort)
    except InputError as error:
        [record] = records(protocol, [job], cohort)
        return str(error), record["weights_sha256"]


def five_runs(protocol, arm, cohort):
    """Steps of five same-seed runs of an arm."""
    return parting.same_seeds(protocol, ARMS[arm], cohort)


def framework_is_imported():
    """Whether TensorFlow is there."""
    return "tensorflow" in sys.modules
