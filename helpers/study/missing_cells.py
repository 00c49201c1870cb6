"""The cells of a study: (arm, repetition, fold), and which of them have no record yet."""

import itertools
from dataclasses import dataclass

from helpers.errors import InputError
from helpers.learning.arms import arm as arm_named
from helpers.study import kept_masks

MOST = 10_000  # repetitions


@dataclass(frozen=True)
class Cell:
    """One training: (arm, repetition, fold)."""

    arm: str
    repetition: int
    fold: int

    def __str__(self):
        """As in ``control 3/07``: arm, repetition, fold."""
        return f"{self.arm} {self.repetition}/{self.fold:02d}"

    @property
    def file_name(self):
        """A name for files about this cell, without an ending."""
        return f"{self.arm}-{self.repetition:03d}-{self.fold:02d}"


def cells(protocol, arms, repetitions=None, folds=None):
    """All cells of a study, repetition by repetition, so that a stopped one is balanced.

    repetitions, folds : how many of the protocol's; all when None
    raises             : InputError when more folds are asked for than the protocol has
    """
    repetitions = protocol.repetitions if repetitions is None else repetitions
    folds = protocol.folds if folds is None else folds
    if not 1 <= folds <= protocol.folds:
        raise InputError(f"The protocol has {protocol.folds} folds: ask for 1 to {protocol.folds}.")
    if not 1 <= repetitions <= MOST:
        raise InputError(f"Ask for 1 to {MOST:,} repetitions.")
    names = dict.fromkeys(arm_named(a).name for a in arms)
    return [Cell(*c) for c in itertools.product(names, range(repetitions), range(folds))]


def missing(ledger, wanted):
    """The cells without a valid record, or whose kept masks are lost."""
    return [c for c in wanted if not ledger.is_done(c.arm, c.repetition, c.fold)]


def maskless(ledger, wanted):
    """The cells whose record was made without keeping masks."""
    records = {c: ledger.read(c.arm, c.repetition, c.fold) for c in wanted}
    return [c for c, record in records.items() if record and not kept_masks.keeps(record)]
