"""The switches of determinism. They belong to a process: they are set before the framework
computes anything, and a process that has computed under one set refuses another.
"""

from dataclasses import dataclass

from helpers.errors import InputError
from helpers.learning import frameworks, memory

_applied = []


@dataclass(frozen=True)
class Switches:
    """What a process fixes. ``None`` threads mean the framework's own choice."""

    op_determinism: bool = False
    inter_op_threads: int | None = None
    intra_op_threads: int | None = None


def wanted(fixed, protocol):
    """All switches on, with the protocol's threads, where ``fixed`` is true; else none."""
    return Switches(True, 1, protocol.fixed_threads) if fixed else Switches()


def applied():
    """The switches of this process, or None while it has none."""
    return _applied[0] if _applied else None


def apply(chosen):
    """Set the switches of this process, TF32 off and a GPU's memory capped always.

    raises : InputError when the process already runs under other switches, or has already
             computed without these
    """
    if _applied:
        if _applied[0] != chosen:
            raise InputError(
                "This process already trains under other switches: "
                "start a new process (in a notebook: restart the session)."
            )
        return
    frameworks.here().apply(chosen, memory.CAP_MIB)
    _applied.append(chosen)
