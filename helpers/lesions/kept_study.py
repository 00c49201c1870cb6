"""The findings of a finished study, from the masks that it kept beside its records."""

import functools

import numpy as np

from helpers.errors import InputError
from helpers.lesions import cases, findings
from helpers.protocol import Protocol
from helpers.study import sources
from helpers.study.ledger import Ledger

_SAME = 1e-3  # points of DSC: a record's and ours


def of_study(folder, progress=lambda _: None):
    """The `findings.Findings` of a study's runs, and its Protocol.

    Runs count that have as many folds as the fullest; so a study may be looked at before its end.
    folder   : the study's; progress : as ``findings.study``
    raises   : InputError when it kept no masks, has other patients than its protocol's phantoms,
               or phantoms with too few phases
    """
    ledger = Ledger(folder)
    protocol, records = protocol_of(ledger.study), ledger.records()
    chosen = whole_runs(records)
    if not chosen:
        raise InputError(f"{folder} holds no training yet: let one finish first.")
    folds, masks = sorted({r["fold"] for r in chosen}), masks_of(folder, chosen)
    cases.check(protocol)
    masks(folds[0])  # a study that kept none is refused before minutes pass
    found = findings.study(protocol, sources.own(protocol), masks, folds, progress)
    _check_same(found, chosen, folder)
    return found, protocol


def protocol_of(prints):
    """The Protocol in a study's fingerprint (dict).

    raises : InputError where it has numbers that this version does not know
    """
    numbers = {k: tuple(v) if isinstance(v, list) else v for k, v in prints["protocol"].items()}
    try:
        return Protocol(**numbers)
    except TypeError as error:
        raise InputError(f"The study's protocol is of another version: {error}.") from None


def whole_runs(records):
    """The records of the runs that have all folds of the fullest run: list."""
    folds = {}
    for record in records:
        folds.setdefault((record["arm"], record["repetition"]), set()).add(record["fold"])
    most = max(folds.values(), key=len, default=set())
    return [r for r in records if r["fold"] in most and folds[r["arm"], r["repetition"]] >= most]


def masks_of(folder, records):
    """A function (fold) → dict of (arm, repetition) → dict of patient → mask, as it was kept."""
    from helpers.study import kept_masks

    def _masks(fold):
        own = [r for r in records if r["fold"] == fold]
        return {(r["arm"], r["repetition"]): kept_masks.read(folder, r) for r in own}

    return functools.lru_cache(maxsize=1)(_masks)


def _check_same(found, records, folder):
    """Refuse masks of other patients: the DSC that a record tells is that with our truth."""
    told = {
        (r["arm"], r["repetition"], patient): value
        for r in records
        for patient, value in r["dsc_percent"].items()
    }
    keys = found.masks[["arm", "repetition", "patient"]].itertuples(index=False, name=None)
    ours = dict(zip(keys, found.masks["dsc_percent"], strict=True))
    if not all(np.isclose(ours.get(key, -1), value, atol=_SAME) for key, value in told.items()):
        raise InputError(
            f"{folder} was made of other patients than its protocol's phantoms: lesions and their "
            "kinds are known of those only."
        )
