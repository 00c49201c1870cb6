"""The user's own study as a notebook runs it: asked before hours start, kept in a second place."""

from pathlib import Path

from helpers.errors import InputError
from helpers.study import mirror, progress, runner, shipped
from helpers.study.ledger import Ledger
from helpers.study.missing_cells import cells, missing

FEW = 200  # trainings that are started unasked


def run(protocol, arms, second_folder="", hours_are_fine=False, keep_masks=False):
    """Do the cells that this user's study still lacks; returns its Ledger.

    second_folder  : a folder, such as one of a mounted Drive; within it the study has one of its
                     own, out of which records come back first and into which they are copied. ""
                     is none
    hours_are_fine : whether more than ``FEW`` trainings may be started
    keep_masks     : whether the drawn masks are kept, see ``runner.run``
    raises         : InputError when they may not, or when there is no such folder
    """
    folder = runner.home(protocol)
    second = _second(second_folder, folder.name)
    if second:
        _fetch(second, folder)
    if not hours_are_fine:
        _refuse_many(protocol, missing(Ledger(folder), cells(protocol, arms)))
    return runner.run(protocol, arms, folder, mirror=second, keep_masks=keep_masks)


def _second(place, name):
    """The study's folder within a second place, or None without one."""
    if not place:
        return None
    if not Path(place).is_dir():
        raise InputError(f"{place} is no folder here: mount or make it, or leave it empty.")
    return Path(place) / name


def _fetch(second, folder):
    """Bring back what the second place holds of this study, and say how much."""
    back = mirror.copy(second, folder).written
    if back:
        progress.tell(f"{back} files came back from {second}.")


def _refuse_many(protocol, left):
    """InputError where so many cells are left that hours would pass."""
    if len(left) > FEW:
        raise InputError(
            f"{len(left):,} trainings are left to do{_hours(protocol, left)}: tick HOURS_ARE_FINE "
            "to start them, or choose demo."
        )


def _hours(protocol, left):
    """How long they took where they were made to be shipped, if they were."""
    try:
        took = shipped.about(protocol.name)["arms"]
    except InputError:
        return ""
    seconds = sum(took[c.arm]["median_seconds"] for c in left if c.arm in took)
    return f", {seconds / 3600:.1f} hours of one process where they were made before"
