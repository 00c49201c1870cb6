"""The switches of determinism, and digests that tell two trainings apart.

Switches belong to a process: they are set before the framework computes anything, and a process
that has computed under one set refuses another.
"""

import hashlib
from dataclasses import dataclass

import numpy as np

from helpers.errors import InputError
from helpers.learning import frameworks, memory

_applied = []


@dataclass(frozen=True)
class Switches:
    """What a process fixes. ``None`` threads mean the framework's own choice."""

    op_determinism: bool = False
    inter_op_threads: int | None = None
    intra_op_threads: int | None = None


def switches(arm, protocol):
    """The switches that an arm asks for: all of them when it is fixed, none when it is not."""
    if not arm.fixed:
        return Switches()
    return Switches(True, 1, protocol.fixed_threads)


def applied():
    """The switches of this process, or None while it has none."""
    return _applied[0] if _applied else None


def apply(wanted):
    """Set the switches of this process, TF32 off and a GPU's memory capped always.

    raises : InputError when the process already runs under other switches, or has already
             computed without these
    """
    if _applied:
        if _applied[0] != wanted:
            raise InputError(
                "This process already trains under other switches: "
                "start a new process (in a notebook: restart the session)."
            )
        return
    frameworks.here().apply(wanted, memory.CAP_MIB)
    _applied.append(wanted)


def digest(arrays):
    """SHA-256 over the bytes of a list of arrays, their types and shapes included."""
    total = hashlib.sha256()
    for array in arrays:
        array = np.ascontiguousarray(array)
        total.update(f"{array.dtype.str}{array.shape}".encode())
        total.update(array.data)
    return total.hexdigest()


def flip_lowest_bit(weights, rng):
    """A copy of a list of float32 arrays with one mantissa bit flipped.

    The weight is drawn by ``rng`` among the non-zero ones of arrays with two or more axes
    (kernels). Source: Summers & Dinneen 2021, who change one weight by the least amount.
    """
    weights = [w.copy() for w in weights]
    kernels = [w for w in weights if w.ndim > 1]
    sizes = np.array([np.count_nonzero(k) for k in kernels])
    kernel = kernels[rng.choice(len(kernels), p=sizes / sizes.sum())]
    place = rng.choice(np.flatnonzero(kernel))
    kernel.reshape(-1).view("uint32")[place] ^= 1
    return weights
