"""What each switch brings and costs: one table, made in rounds in which every setting has a turn.

A turn is a few trainings in a process of its own. In rounds a machine that others use, too, slows
all settings down alike; a ratio is taken within its round, and how far the rounds lie apart stands
beside it.
"""

import numpy as np
import pandas as pd

from helpers.errors import InputError
from helpers.imaging import cohort as cohorts
from helpers.learning.minibatches import Slices
from helpers.nondeterminism import fresh_process
from helpers.nondeterminism.settings import NOTHING, REFERENCE, SETTINGS
from helpers.study.progress import bar

COLUMNS = (
    "setting",
    "says",
    "runs",
    "distinct",
    "as_reference",
    "ms_best",
    "ms_median",
    "ratio",
    "ratio_low",
    "ratio_high",
    "sha256",
)


def table(protocol, names=None, runs=5, data=None, reference=None, rounds=1):
    """Train under each setting, in every round ``runs`` times: a frame with ``COLUMNS``.

    protocol : Protocol, whose network, batch and rate are used
    names    : names of ``settings.SETTINGS``, all when None; "nothing" is always
               done too, and the reference, "inter-op 1", unless its digest is given
    data     : (images, masks); the labelled slices of the protocol's cohort when None
    reference: the digest of the reference as another table of this machine has it
    returns  : as ``joined``
    raises   : InputError when there is no such setting, or slices do not fill their mini-batches
    """
    wanted = _wanted(names, reference)
    taken = []
    with bar(rounds * len(wanted), "turn") as shown:
        for turn in turns(protocol, names, runs, data, reference, rounds):
            taken.append(turn)
            shown.set_postfix_str(turn["setting"])
            shown.update()
    return joined(taken, reference)


def turns(protocol, names=None, runs=1, data=None, reference=None, rounds=5, known=()):
    """Yield the turns that ``known`` lacks, as they are done: round by round, all settings.

    known : turns of an earlier call; the others as in ``table``
    yields: dict of setting, round, sha256 (a list, one a training), and best and median
            milliseconds of a step; no digest where the machine cannot do a setting
    """
    images, masks = slices(protocol) if data is None else data
    if len(images) % protocol.batch:
        raise InputError(f"{len(images)} slices do not fill mini-batches of {protocol.batch}.")
    done = {(turn["setting"], turn["round"]) for turn in known}
    for number in range(rounds):
        for setting in _wanted(names, reference):
            if (setting.name, number) not in done:
                job = setting, protocol, images, masks, runs
                trained = fresh_process.call(_train, *job, variables=setting.variables)
                yield {"setting": setting.name, "round": number} | _turn(trained)


def joined(taken, reference=None):
    """One row a setting, from its turns: a frame with ``COLUMNS``.

    reference : a digest; that of the reference among the turns when None
    returns   : distinct digests, whether the first is the reference's, milliseconds of a step
                (best, and median of the turns' medians) and the ratio to "nothing" in the same
                round, its median, lowest and highest; without numbers where the machine cannot
                do a setting
    """
    by_setting = {}
    for turn in taken:
        by_setting.setdefault(turn["setting"], []).append(turn)
    nothing = {t["round"]: t["ms_median"] for t in by_setting[NOTHING.name]}
    first = by_setting.get(REFERENCE.name, [{"sha256": [None]}])[0]["sha256"][0]
    rows = [_row(name, some, nothing, reference or first) for name, some in by_setting.items()]
    order = {name: place for place, name in enumerate(SETTINGS)}
    rows.sort(key=lambda row: order[row["setting"]])
    return pd.DataFrame(rows, columns=COLUMNS)


def slices(protocol, steps=None):
    """(images, masks) of the labelled slices of the protocol's cohort, float32.

    steps : as many as fill so many mini-batches, from the first again after the last; each
            once when None
    """
    every = Slices(cohorts.load(protocol))
    wanted = np.arange(steps * protocol.batch if steps else len(every))
    return every.gather(wanted % len(every))


def _wanted(names, reference):
    unknown = set(names or ()) - SETTINGS.keys()
    if unknown:
        raise InputError(f"There is no setting {min(unknown)!r}: use {', '.join(SETTINGS)}.")
    always = [NOTHING.name] + [REFERENCE.name] * (reference is None)
    return [s for s in SETTINGS.values() if names is None or s.name in (*names, *always)]


def _turn(trained):
    digests = [sha256[:16] for sha256, _ in trained]
    if not digests:
        return {"sha256": [], "ms_best": None, "ms_median": None}
    steps = 1000 * np.concatenate([seconds for _, seconds in trained])
    return {
        "sha256": digests,
        "ms_best": float(steps.min()),
        "ms_median": float(np.median(steps)),
    }


def _row(name, taken, nothing, reference):
    digests = [sha256 for turn in taken for sha256 in turn["sha256"]]
    row = {"setting": name, "says": SETTINGS[name].says, "runs": len(digests)}
    if not digests:
        return row
    ratios = [t["ms_median"] / nothing[t["round"]] for t in taken if t["round"] in nothing]
    return row | {
        "distinct": len(set(digests)),
        "as_reference": digests[0] == reference,
        "ms_best": min(turn["ms_best"] for turn in taken),
        "ms_median": float(np.median([turn["ms_median"] for turn in taken])),
        "ratio": float(np.median(ratios)),
        "ratio_low": min(ratios),
        "ratio_high": max(ratios),
        "sha256": digests[0],
    }


def _train(setting, *given):
    from helpers.nondeterminism import timed_training

    return timed_training.train(setting, *given)
