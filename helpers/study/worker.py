"""What a worker process does: one cell at a time, under one set of switches for its life."""

import contextlib
import faulthandler
import functools
import os
import threading
from dataclasses import dataclass
from pathlib import Path

from helpers import columns
from helpers.errors import InputError
from helpers.learning.arms import arm as arm_named
from helpers.protocol import Protocol
from helpers.study import kept_masks
from helpers.study.engine import Unfit
from helpers.study.fingerprint import differences, digest, fingerprint

_DRAWS = (
    "The network draws random numbers as it trains (dropout or the like), and others for each "
    "place in a mini-batch, so that {0!r} would change its gradient and not its rounding alone: "
    "take one_bit."
)
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Work:
    """What all cells of a run share.

    data  : folder of patients, as ``cohort_folder.find`` reads it; the protocol's own when None
    model : name of somebody's own network, ``package.module:build``, or None
    keep_masks : whether records carry the masks that were drawn
    """

    protocol: Protocol
    data: str | None = None
    model: str | None = None
    keep_masks: bool = False


@functools.lru_cache(maxsize=1)
def prints(work):
    """The fingerprint of this process for a work; the cohort is read for it."""
    from helpers.imaging import cohort

    return fingerprint(work.protocol, cohort.digest(prepared(work)), work.model)


def train(cell, limit, work, expected):
    """The record of one cell, or a sentence that says why there is none.

    limit    : seconds after which this process is ended, or None
    expected : the study's fingerprint; a worker with another one trains nothing and says Unfit
    """
    try:
        with _one_at_a_time, _ended_after(limit):
            changed = differences(expected, prints(work))
            return _unfit(changed) if changed else _train(cell, work, expected)
    except Exception as error:  # whatever a cell does, the study goes on
        words = " ".join(str(error).split())
        return (
            words[:500]
            if isinstance(error, InputError)
            else f"{type(error).__name__}: {words}"[:500]
        )


def try_model(fixed, work, arms):
    """Build somebody's own network once, as cells do; a sentence when it cannot serve, or None.

    arms : names of those that it is to serve
    """
    from helpers.learning import own_network, switches

    p = work.protocol
    switches.apply(switches.wanted(fixed, p))
    try:
        shape = p.size, p.size, len(p.phases)
        model = own_network.build(own_network.load(work.model), shape)
    except InputError as error:
        return str(error)
    reordered = [name for name in arms if arm_named(name).behaviour.reorder]
    return _DRAWS.format(reordered[0]) if reordered and own_network.draws(model) else None


def refusal(fixed, protocol):
    """Why this process cannot serve arms with fixed threads, or with free ones; None if it can."""
    from helpers.learning import switches

    wanted = switches.wanted(fixed, protocol)
    return None if switches.applied() in (None, wanted) else "it trains under other switches"


def _train(cell, work, expected):
    from helpers.learning import cell as learning
    from helpers.learning import drawn, own_network

    build = own_network.load(work.model) if work.model else None
    what = work.protocol, arm_named(cell.arm), cell.repetition, cell.fold, prepared(work)
    own = {"fingerprint_sha256": digest(expected)}
    if not work.keep_masks:
        return _sound(learning.train(*what, build=build)) | own
    record, held_out, masks = drawn.train(*what, build=build)
    return _sound(record) | own | kept_masks.carried(held_out, masks)


def _sound(record):
    """The record itself; InputError where a reader would refuse it."""
    if min(record.get("epochs_loss", []), default=0) < 0:
        raise InputError(
            "Its loss, 1 − DSC, fell below 0, so its outputs are not in 0…1: let the network end "
            "in a sigmoid."
        )
    if not columns.is_sound(record):
        raise InputError("Its record holds a value that cannot be: look at the network's outputs.")
    return record


def _unfit(changed):
    from distributed import get_worker

    return Unfit(get_worker().address, f"it has another fingerprint: {'; '.join(changed)}.")


@functools.lru_cache(maxsize=1)
def prepared(work):
    """The prepared cohort, read once a process: list of Prepared."""
    from helpers.imaging import cohort

    return cohort.load(work.protocol, work.data and Path(work.data))


def told(work):
    """How the compiled loop is fed with the cohort of a work, a sentence; None for Keras' fit."""
    from helpers.learning.minibatches import HELD, Slices

    p = work.protocol
    if p.loop != "compiled":
        return None
    found = Slices(prepared(work), p.slice_step).nbytes * (1 - 1 / p.folds)
    streams = "streams its slices, one mini-batch ahead" if found > HELD else "holds its slices"
    return (
        f"The compiled loop {streams}: {found / 2**20:.0f} MiB a training, "
        f"and up to {HELD / 2**20:.0f} MiB are held."
    )


@contextlib.contextmanager
def _ended_after(limit):
    """End this process, by a watch that needs no Python, unless the block ends in time."""
    if limit is None:
        yield
        return
    with open(os.devnull, "w") as nowhere:
        faulthandler.dump_traceback_later(limit, exit=True, file=nowhere)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()
