"""The arms: ways of running a repetition. Each says here all that there is to say about it."""

from dataclasses import asdict, dataclass

from helpers.errors import InputError


@dataclass(frozen=True)
class Behaviour:
    """What an arm does; no two arms do the same.

    new_seeds : first weights and order of the slices change with the repetition
    fixed     : op determinism is on and the framework's threads are fixed
    reorder   : the samples of each mini-batch are summed in an unseeded order (an emulation)
    flip_bit  : the lowest mantissa bit of one kernel weight is flipped, drawn by the repetition
    """

    new_seeds: bool = False
    fixed: bool = True
    reorder: bool = False
    flip_bit: bool = False


@dataclass(frozen=True)
class Arm:
    """One way of running repetitions; a new one is a new entry in ``ARMS``.

    seeds      : same or other, from repetition to repetition
    differs    : what else differs between repetitions
    stands_for : what it is there to show
    holds_for  : what a result under it is conditional on
    colour     : its place in the colour-blind safe palette, the same in every figure
    """

    name: str
    seeds: str
    differs: str
    stands_for: str
    holds_for: str
    colour: int
    behaviour: Behaviour = Behaviour()

    @property
    def record(self):
        """The behaviour as a record keeps it: dict of bool."""
        return asdict(self.behaviour)


_HERE = "these patients, this split, this machine"

ARMS = {
    arm.name: arm
    for arm in (
        Arm(
            name="control",
            seeds="same",
            differs="nothing: every switch is on",
            stands_for="must be bit-identical: it proves the harness",
            holds_for=f"{_HERE}, the protocol's seed",
            colour=2,
        ),
        Arm(
            name="default",
            seeds="same",
            differs="nothing that you can see: what a user gets",
            stands_for="the paper's experiment",
            holds_for=f"{_HERE}, the protocol's seed",
            colour=0,
            behaviour=Behaviour(fixed=False),
        ),
        Arm(
            name="order",
            seeds="same",
            differs="the samples of a mini-batch are summed in another order",
            stands_for="an emulation of unordered sums: the same gradient, rounded differently",
            holds_for=f"{_HERE}, the protocol's seed",
            colour=3,
            behaviour=Behaviour(reorder=True),
        ),
        Arm(
            name="one_bit",
            seeds="same",
            differs="one bit of one first weight is flipped, by the repetition's number",
            stands_for="how chaotic training is (Summers and Dinneen 2021)",
            holds_for=f"{_HERE}, the protocol's seed",
            colour=4,
            behaviour=Behaviour(flip_bit=True),
        ),
        Arm(
            name="seeds",
            seeds="other",
            differs="first weights and order of the slices",
            stands_for="the variance that people report: the yardstick",
            holds_for=_HERE,
            colour=1,
            behaviour=Behaviour(new_seeds=True),
        ),
        Arm(
            name="both",
            seeds="other",
            differs="first weights, order of the slices, and what a user gets",
            stands_for="seeds and whatever the framework leaves open",
            holds_for=_HERE,
            colour=5,
            behaviour=Behaviour(new_seeds=True, fixed=False),
        ),
    )
}


def arm(name):
    """The arm called ``name``; InputError when there is none."""
    if name not in ARMS:
        raise InputError(f"There is no arm {name!r}: choose from {', '.join(ARMS)}.")
    return ARMS[name]


def named(fixed):
    """The names of the arms that fix their threads, or of those that do not: list."""
    return [arm.name for arm in ARMS.values() if arm.behaviour.fixed == fixed]


def table():
    """One row an arm for a reader: name, seeds, what differs, what for, on what conditions."""
    return [
        {
            "arm": arm.name,
            "seeds": arm.seeds,
            "what differs": arm.differs,
            "stands for": arm.stands_for,
            "holds for": arm.holds_for,
        }
        for arm in ARMS.values()
    ]
