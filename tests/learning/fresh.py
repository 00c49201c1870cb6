"""Trainings in a process of their own: what the tests of cells run there."""

import sys
from dataclasses import replace

from helpers.errors import InputError
from helpers.learning import cell, own_network, quiet_keras, switches
from helpers.learning.arms import ARMS
from helpers.nondeterminism import parting
from helpers.study import fingerprint, worker_environments


def records(protocol, jobs, cohort, network=None):
    """The records of jobs (arm, repetition, fold), all in this one process."""
    build = own_network.load(network) if network else None
    return [cell.train(protocol, ARMS[a], r, f, cohort, build=build) for a, r, f in jobs]


def refusal(protocol, job, cohort):
    """What a cell says that cannot be done, and the digest of a sound one after it."""
    wild = replace(protocol, learning_rate=1e38)
    try:
        return records(wild, [job], cohort)
    except InputError as error:
        [record] = records(protocol, [job], cohort)
        return str(error), record["weights_sha256"]


def stopped(protocol, job, cohort):
    """The digest of a sound cell after one that was stopped in its second step."""
    arm, repetition, fold = job
    breaking = quiet_keras.keras.callbacks.LambdaCallback(on_train_batch_begin=_break)
    try:
        cell.train(protocol, ARMS[arm], repetition, fold, cohort, [breaking])
    except ZeroDivisionError:
        return records(protocol, [job], cohort)[0]["weights_sha256"]


def too_late(protocol):
    """What is said when control's switches are asked for after something was computed."""
    quiet_keras.ops.convert_to_numpy(
        quiet_keras.ops.ones((64, 64)) @ quiet_keras.ops.ones((64, 64))
    )
    try:
        switches.apply(switches.wanted(True, protocol))
    except InputError as error:
        return str(error)


def environments(protocol):
    """What the fingerprint tells of the environment under control, and what children get."""
    switches.apply(switches.wanted(True, protocol))
    told = fingerprint.fingerprint(protocol, None)["environment"]
    return told, worker_environments.processes(True, 1)[0]


def _break(batch, logs=None):
    if batch == 1:
        raise ZeroDivisionError


def same_seed_runs(protocol, arm, cohort, held_out=()):
    """Steps of five same-seed runs of an arm."""
    return parting.same_seeds(protocol, ARMS[arm], cohort, held_out=held_out)


def framework_is_imported():
    """Whether TensorFlow is there."""
    return "tensorflow" in sys.modules


def trial_and_cell(protocol, cohort):
    """A Trial, and the record of a cell that comes after it in the same process."""
    from helpers.learning import trial

    return trial.run(protocol, cohort), *records(protocol, [("control", 0, 0)], cohort)
