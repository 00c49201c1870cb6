"""How far a study is, in sentences, from its folder alone: it may be running elsewhere."""

import statistics

from helpers.errors import InputError
from helpers.study import cell_claims, kept_masks, plan, queue
from helpers.study.ledger import Ledger

_LAST = 50  # finished cells that the pace is taken from


def lines(folder):
    """Sentences about a study: arms, cells in work, pace, time left, failures, duplicates.

    raises : InputError when the folder holds no study
    """
    ledger = Ledger(folder)
    numbers, records, planned = _protocol(ledger), ledger.records(), plan.read(folder)
    cells = numbers["repetitions"] * numbers["folds"]
    by_arm = {arm: [] for arm in planned}
    for record in records:
        by_arm.setdefault(record["arm"], []).append(record)
    left = {a: max(0, planned.get(a, cells) - len(found)) for a, found in by_arm.items()}
    return [
        f"{folder}: protocol {numbers['name']}",
        *(_arm(arm, found, left[arm]) for arm, found in by_arm.items()),
        _pace(by_arm, left, cell_claims.in_work(folder)),
        *_foreign(ledger.foreign()),
        *_masks(ledger, records),
        *(_failure(**found) for found in queue.failures(folder)),
        *(_duplicate(cell, same) for cell, same in ledger.duplicates()),
    ]


def _protocol(ledger):
    found = ledger.study.get("protocol", {})
    if not found.keys() >= {"name", "repetitions", "folds"}:
        raise InputError(f"{ledger.folder} names no protocol: restore its study.json.")
    return found


def _arm(arm, records, left):
    done = f"{arm}: {len(records)} of {len(records) + left} cells, {left} left"
    if not records:
        return done
    digests = len({r["weights_sha256"] for r in records})
    median = statistics.median(d for r in records for d in r["dsc_percent"].values())
    return f"{done}, {digests} digests, median DSC {median:.2f} %"


def _pace(by_arm, left, in_work):
    """Cells an hour from the seconds that cells took, not from a clock; what is left, arm by arm.

    by_arm : dict of arm → its records; left : dict of arm → cells
    """
    count = sum(left.values())
    if not in_work:
        return f"No runner has claimed a cell in this folder; {count} cells left."
    seconds = {arm: _seconds(records) for arm, records in by_arm.items()}
    known = [mean for mean in seconds.values() if mean is not None]
    if not known:
        return f"{in_work} cells in work, none finished yet."
    usual = statistics.mean(known)
    means = {arm: usual if mean is None else mean for arm, mean in seconds.items()}
    still = sum(left[arm] * means[arm] for arm in left) / in_work
    each = still / count if count else usual / in_work
    return (
        f"{in_work} cells in work, about {3600 / max(each, 1e-9):.0f} cells/h; "
        f"{count} cells left, about {_duration(still / 3600)}."
    )


def _seconds(records):
    """What the last cells of an arm took, s; None where none says."""
    found = [r["seconds"] for r in records[-_LAST:] if "seconds" in r]
    return statistics.mean(found) if found else None


def _foreign(records):
    if records:
        yield f"Not counted: {len(records)} records of another fingerprint."


def _masks(ledger, records):
    """What is kept of masks, where any is."""
    kept = [r for r in records if kept_masks.keeps(r)]
    lost = sum(not kept_masks.are_whole(ledger.folder, r) for r in kept)
    if kept:
        yield f"Masks: kept of {len(kept)} of {len(records)} cells."
    if lost:
        yield f"Masks of {lost} cells are lost or damaged: 'run' does these cells again."


def _duration(hours):
    return f"{hours:.1f} h" if hours >= 1 else f"{60 * hours:.0f} min"


def _failure(cell, tries, reason, **_):
    return f"Failed: {cell}, {tries} times: {reason}"


def _duplicate(cell, same):
    arm, repetition, fold = cell
    verdict = "with equal weights" if same else "with UNEQUAL weights"
    return f"Done twice, {verdict}: {arm} {repetition}/{fold:02d}."
