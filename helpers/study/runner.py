"""A run: ask the ledger what is missing, have it done, and keep it.

Nothing here imports the framework, and with nothing left to do no array is touched either; the
workers do both.
"""

import contextlib
import functools

from helpers.errors import InputError
from helpers.learning.arms import named
from helpers.study import (
    engine,
    fingerprint,
    kept_masks,
    plan,
    progress,
    worker,
    worker_environments,
)
from helpers.study.cell_claims import Claims
from helpers.study.ledger import Ledger
from helpers.study.mirror import Mirror
from helpers.study.missing_cells import Cell, cells, maskless, missing
from helpers.study.progress import Progress
from helpers.study.queue import Queue

__all__ = ["Cell", "cells", "home", "missing", "run"]


def home(protocol):
    """The folder of this user's own study under a protocol and this machine's fingerprint."""
    from helpers.imaging import cache
    from helpers.imaging.phantom.cohort import phantom_folder

    phantoms = protocol.cohort == "phantom"
    name = phantom_folder(protocol).name if phantoms else protocol.cohort
    prints = fingerprint.fingerprint(protocol, name)
    return cache.cache_folder() / f"{protocol.name}-{fingerprint.digest(prints)[:12]}"


def run(
    protocol,
    arms,
    folder,
    repetitions=None,
    folds=None,
    workers=None,
    data=None,
    scheduler=None,
    certificate=None,
    model=None,
    mirror=None,
    limit=None,
    keep_masks=False,
):
    """Do the cells that are missing and return the Ledger; shows progress as text.

    folder    : where the study is kept
    workers   : processes for the arms that fix their threads; one a core or GPU when None
    data      : folder of patients, as ``cohort_folder.find`` reads it; the protocol's own when None
    scheduler : address of a Dask scheduler with workers; workers of this machine when None
    certificate : PEM file with the key and certificate of that scheduler, or None where it is open
    model     : name of somebody's own network, ``package.module:build``; the U-Net when None
    mirror    : second folder that records are copied to as they come, or None
    limit     : seconds that one cell may take; when None, from those that are finished
    keep_masks : whether the drawn masks are kept; a study that keeps some goes on to, unasked
    raises    : InputError when the folder holds a study under another fingerprint, or records
                without the masks that are asked for, or, at the end, naming the cells that failed
                three times
    """
    ledger, wanted = Ledger(folder), cells(protocol, arms, repetitions, folds)
    left = missing(ledger, wanted)
    keeping = _keeping(ledger, wanted, left, keep_masks)
    work = worker.Work(protocol, str(data) if data else None, model, keeping)
    if not left:
        _check_finished(ledger, work, scheduler)
    groups = _groups(left, scheduler, certificate)
    if left and not scheduler:
        ledger.open(_own_prints(work))
    with Progress(ledger, wanted, left) as shown, Mirror(ledger.folder, mirror) as copies:
        failed = {}
        for fixed, batch in groups.items():
            place = scheduler, certificate, workers
            with _client(ledger, work, fixed, place, batch) as client:
                plan.note(ledger.folder, wanted)
                failed |= _do(ledger, batch, client, work, limit, (shown, copies))
    _refuse_failed(failed, wanted)
    _check_whole(ledger, wanted, left, keep_masks)
    return ledger


def _keeping(ledger, wanted, left, asked):
    """Whether masks are kept: where that is asked for, or the study keeps some already.

    raises : InputError when they are asked for, and cells have been done without
    """
    without = maskless(ledger, wanted) if asked else []
    if without:
        raise InputError(
            f"{len(without)} of {len(wanted)} cells in {ledger.folder} were done without keeping "
            f"masks, {without[0]} the first, and only training again draws them: name another "
            "folder, or move those records out of this one."
        )
    return asked or bool(left and any(map(kept_masks.keeps, ledger.records())))


def _refuse_failed(failed, wanted):
    if failed:
        named = "; ".join(f"{cell}: {reason}" for cell, reason in failed.items())
        raise InputError(
            f"{len(failed)} of {len(wanted)} cells failed three times ({named}): "
            "the same command tries them again."
        )


def _check_whole(ledger, wanted, left, keep_masks):
    """InputError when a cell that was done has no record, or not the masks: others were here."""
    gone = missing(ledger, wanted)
    if gone:
        raise InputError(
            f"{len(gone)} of {len(wanted)} cells have no record in {ledger.folder}, {gone[0]} the "
            "first: was it moved or deleted meanwhile? The same command does them again."
        )
    _keeping(ledger, wanted, left, keep_masks)


def _check_finished(ledger, work, scheduler):
    """Refuse a finished study under another fingerprint. The protocol's own data are taken as they
    were; of a scheduler's workers nothing is asked, and protocol, model and data alone compared."""
    if work.data:
        found = worker.prints(work)
    else:
        data_sha256 = ledger.study.get("data_sha256")
        found = fingerprint.fingerprint(work.protocol, data_sha256, work.model)
    if scheduler:
        asked = {"protocol", "model", "data_sha256"}
        found = {k: v for k, v in ledger.study.items() if k not in asked} | {
            k: v for k, v in found.items() if k in asked
        }
    ledger.open(found)


def _groups(left, scheduler, certificate):
    """The cells by whether their threads are fixed: one group a set of switches."""
    if certificate and not scheduler:
        raise InputError("A certificate is a scheduler's: name that, too, with --scheduler.")
    groups = {fixed: [c for c in left if c.arm in named(fixed)] for fixed in (True, False)}
    groups = {fixed: batch for fixed, batch in groups.items() if batch}
    if scheduler and len(groups) > 1:
        raise InputError(
            "These arms need two sets of switches, and a worker serves one: with --scheduler, run "
            f"{', '.join(named(True))} first, then {', '.join(named(False))} on new "
            "workers."
        )
    return groups


@contextlib.contextmanager
def _client(ledger, work, fixed, place, batch):
    """A Client whose workers serve one set of switches; a scheduler's say their fingerprint."""
    (scheduler, certificate, workers), arms = place, list(dict.fromkeys(c.arm for c in batch))
    if not scheduler:
        with engine.local(worker_environments.processes(fixed, workers)[: len(batch)]) as client:
            _try_model(client, fixed, work, arms)
            yield client
        return
    with engine.remote(scheduler, certificate) as client:
        engine.willing(client, worker.refusal, fixed, work.protocol)
        _try_model(client, fixed, work, arms)
        ledger.open(_chosen(ledger, engine.everywhere(client, worker.prints, work)))
        _say(client.submit(_grid_lines, work, pure=False).result())
        yield client


def _try_model(client, fixed, work, arms):
    """Refuse somebody's network that cannot serve before any cell fails three times by it."""
    if work.model is None:
        return
    said = client.submit(worker.try_model, fixed, work, arms, pure=False).result()
    if said:
        raise InputError(said)


def _chosen(ledger, found):
    """Of the workers' fingerprints the study's own, or, when it is new, the most common."""
    begun = (ledger.folder / "study.json").exists()
    same = [p for p in found if begun and not fingerprint.differences(ledger.study, p)]
    return max(same or found, key=found.count)


def _do(ledger, batch, client, work, limit, watching):
    """Do the cells of one group; returns those that failed, with the reason."""
    train = functools.partial(worker.train, work=work, expected=ledger.study)
    with Claims(ledger.folder) as claims:
        queue = Queue(ledger, claims, batch)
        for cell, record in engine.results(client, queue, train, limit):
            for one in watching:
                one.update(cell, record)
        return queue.failed


def _grid_lines(work):
    from helpers.study import grid_lines  # with nothing left to do no array is touched

    return grid_lines.lines(work)


def _say(lines):
    for line in filter(None, lines):
        progress.tell(line)


def _own_prints(work):
    """This process's fingerprint; phantoms are made when they are missing."""
    from helpers.study import sources

    if work.data is None:
        sources.own(work.protocol)
    found = worker.prints(work)
    _say([*_grid_lines(work), worker.told(work)])
    worker.prepared.cache_clear()  # the workers hold the cohort, not this process
    return found
