"""What each switch brings and costs: one table, every setting in a process of its own."""

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
    "sha256",
)


def table(protocol, names=None, runs=5, data=None, reference=None):
    """Train under each setting ``runs`` times in a fresh process: a frame with ``COLUMNS``.

    protocol : Protocol, whose network, batch and rate are used
    names    : names of ``settings.SETTINGS``, all when None; "nothing" is always
               done too, and the reference, "inter-op 1", unless its digest is given
    data     : (images, masks); the labelled slices of the protocol's cohort when None
    reference: the digest of the reference as another table of this machine has it
    returns  : distinct digests, whether the first is the reference's, milliseconds of a step
               (best and median) and the ratio of the medians to "nothing"; without numbers where
               the machine cannot do a setting
    raises   : InputError when there is no such setting, or slices do not fill their mini-batches
    """
    images, masks = slices(protocol) if data is None else data
    if len(images) % protocol.batch:
        raise InputError(f"{len(images)} slices do not fill mini-batches of {protocol.batch}.")
    rows = []
    wanted = _wanted(names, reference)
    with bar(len(wanted), "setting") as shown:
        for setting in wanted:
            shown.set_postfix_str(setting.name)
            job = setting, protocol, images, masks, runs
            done = fresh_process.call(_train, *job, variables=setting.variables)
            rows.append(_row(setting, done))
            shown.update()
    return compared(pd.DataFrame(rows), reference)


def compared(found, reference=None):
    """The frame with ``as_reference`` and ``ratio``, from its digests and milliseconds.

    reference : a digest; that of the reference in the frame when None
    """
    by_name = found.set_index("setting")
    reference = reference or by_name.loc[REFERENCE.name, "sha256"]
    nothing = by_name.loc[NOTHING.name]
    same = found["sha256"].eq(reference).where(found["distinct"].notna())
    ratio = found["ms_median"] / nothing["ms_median"]
    return found.assign(as_reference=same, ratio=ratio)[list(COLUMNS)]


def slices(protocol):
    """(images, masks) of all labelled slices of the protocol's cohort, float32."""
    every = Slices(cohorts.load(protocol))
    return every.gather(range(len(every)))


def _wanted(names, reference):
    unknown = set(names or ()) - SETTINGS.keys()
    if unknown:
        raise InputError(f"There is no setting {min(unknown)!r}: use {', '.join(SETTINGS)}.")
    always = [NOTHING.name] + [REFERENCE.name] * (reference is None)
    return [s for s in SETTINGS.values() if names is None or s.name in (*names, *always)]


def _row(setting, done):
    row = {"setting": setting.name, "says": setting.says, "runs": len(done)}
    if not done:
        empty = dict.fromkeys(("distinct", "ms_best", "ms_median"), np.nan)
        return row | empty | {"sha256": None}
    steps = 1000 * np.concatenate([seconds for _, seconds in done])
    return row | {
        "distinct": len({sha256 for sha256, _ in done}),
        "ms_best": steps.min(),
        "ms_median": np.median(steps),
        "sha256": done[0][0][:16],
    }


def _train(setting, *given):
    from helpers.nondeterminism import timed_training

    return timed_training.train(setting, *given)
