"""The arms: ways of running a repetition. An arm says which seeds vary and what is switched on."""

from dataclasses import dataclass

from helpers.errors import InputError


@dataclass(frozen=True)
class Arm:
    """One way of running repetitions; a new one is a new line in ``ARMS``.

    new_seeds : first weights and order of the slices change with the repetition
    fixed     : op determinism is on and the framework's threads are fixed
    reorder   : the samples of each mini-batch are summed in an unseeded order (an emulation)
    flip_bit  : the lowest mantissa bit of one kernel weight is flipped, drawn by the repetition
    """

    name: str
    stands_for: str
    new_seeds: bool = False
    fixed: bool = True
    reorder: bool = False
    flip_bit: bool = False


ARMS = {
    arm.name: arm
    for arm in (
        Arm("control", "same seeds, every switch on: must be bit-identical"),
        Arm("default", "same seeds, what a user gets: the paper's experiment", fixed=False),
        Arm("order", "emulation: the same gradient, rounded differently", reorder=True),
        Arm("one_bit", "same seeds, one bit of one weight flipped", flip_bit=True),
        Arm("seeds", "other seeds, every switch on: the variance people report", new_seeds=True),
        Arm("both", "other seeds, what a user gets", new_seeds=True, fixed=False),
    )
}


def arm(name):
    """The arm called ``name``; InputError when there is none."""
    if name not in ARMS:
        raise InputError(f"There is no arm {name!r}: choose from {', '.join(ARMS)}.")
    return ARMS[name]
