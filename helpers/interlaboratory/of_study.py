"""The line of a study, from its records alone."""

import json
import statistics

from helpers.errors import InputError
from helpers.interlaboratory import digits, machine
from helpers.interlaboratory.line import ArmRuns, Line, sd_between, text
from helpers.study.fingerprint import NOT_DECIDING
from helpers.study.ledger import Ledger, sealed

_FIRST = ("control", "default", "seeds", "order")  # of the arms, where there is no room for all


def line(folder):
    """The line that a study's folder hands in: a text, see `line`.

    raises : InputError when the folder holds no study, or no run of it is whole
    """
    return text(of_folder(folder))


def of_folder(folder):
    """The same as a `Line`."""
    ledger = Ledger(folder)
    prints = ledger.study
    protocol = prints.get("protocol", {})
    runs = _whole_runs(ledger.records(), protocol.get("folds", 1))
    if not runs:
        raise InputError(f"{folder} holds no whole repetition yet: let one finish first.")
    first = next(iter(runs.values()))[0][0]
    return Line(
        protocol=f"{machine.word(protocol.get('name', 'unknown'))[:16]}.{_numbers(prints)}",
        code=digits.digest(str(prints.get("code_sha256"))),
        data=digits.digest(str(prints.get("data_sha256"))),
        study=digits.digest(sealed(first)["sha256"]),
        machine=machine.told(prints),
        arms=tuple(_arm(name, found) for name, found in runs.items()),
    )


def _numbers(prints):
    """A digest of what a run depends on: the protocol's numbers, and somebody's own network."""
    protocol = {k: v for k, v in prints.get("protocol", {}).items() if k not in NOT_DECIDING}
    model = prints.get("model")
    own = model.get("sha256") if isinstance(model, dict) else None
    return digits.digest(json.dumps([protocol, own], sort_keys=True))


def _whole_runs(records, folds):
    """The whole runs of each arm: dict of arm → list of runs, a run a list of records by fold."""
    found = {}
    for record in records:
        arm = found.setdefault(record["arm"], {})
        arm.setdefault(record["repetition"], []).append(record)
    whole = {
        arm: [run for _, run in sorted(by_run.items()) if len(run) == folds]
        for arm, by_run in found.items()
    }
    ordered = [*(arm for arm in _FIRST if arm in whole), *sorted(whole.keys() - set(_FIRST))]
    return {arm: whole[arm] for arm in ordered if whole[arm]}


def _arm(name, runs):
    bits = [_bits(run) for run in runs]
    values = [_by_subject(run) for run in runs]
    return ArmRuns(
        arm=name,
        runs=len(runs),
        distinct=len(set(bits)),
        digest=digits.digest(" ".join(sorted(set(bits)))),
        medians=tuple(statistics.median(v) for v in values),
        sds=tuple(map(sd_between, values)),
    )


def _bits(run):
    """What two runs share when they are the same to the last bit: every weight and every DSC."""
    kept = [[r["fold"], r["weights_sha256"], r["dsc_percent"]] for r in run]
    return digits.digest(json.dumps(kept, sort_keys=True), 24)


def _by_subject(run):
    """The DSC of a run in %, one a patient; of a subject with several images their mean: list."""
    found = {}
    for record in run:
        subjects = record.get("subject") or {}
        for patient, value in record["dsc_percent"].items():
            found.setdefault(subjects.get(patient) or patient, []).append(value)
    return [statistics.fmean(values) for values in found.values()]
