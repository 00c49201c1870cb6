"""A room: the lines of many machines that did one experiment, and who has the same bits."""

import itertools
from collections import Counter
from dataclasses import dataclass

from helpers.errors import InputError
from helpers.interlaboratory import finding, machine
from helpers.learning.arms import ARMS

_NAMED_BY = ("gpu", "cpu", "isa", "framework", "set", "cores", "python")  # the first that differ
_TOGETHER = 3  # attributes that are looked at together
_ANY = 1000  # machines that are compared for what tells the groups apart


@dataclass(frozen=True)
class Room:
    """The machines of one experiment.

    lines      : list of `Line`, one a machine, in the order in which they came
    damaged    : list of `finding.Damaged`, left out
    duplicates : how many lines came again and count once
    apart      : dict of experiment → how many machines did another one, each with its protocol
    """

    lines: list
    damaged: list
    duplicates: int
    apart: dict

    @property
    def protocol(self):
        """The name of the room's protocol."""
        return self.lines[0].protocol.rpartition(".")[0]

    @property
    def arms(self):
        """The arms that any machine ran, in the order of ``ARMS``: list of names."""
        held = {arm.arm for line in self.lines for arm in line.arms}
        return [name for name in ARMS if name in held] + sorted(held - ARMS.keys())

    @property
    def names(self):
        """What to call each machine: dict of its number from 1 → text, by what it has alone."""
        told = [line.machine for line in self.lines]
        differ = [n for n in _NAMED_BY if len({one[n] for one in told}) > 1][:3]
        return {n: " · ".join([str(n), *_told(one, differ)]) for n, one in enumerate(told, 1)}

    def results(self, arm):
        """The run medians of an arm, DSC in %: dict of machine's number from 1 → tuple."""
        return {n: line.arm(arm).medians for n, line in self._having(arm)}

    def runs(self, arm):
        """The `ArmRuns` of each machine that ran an arm: dict of number → ArmRuns."""
        return {n: line.arm(arm) for n, line in self._having(arm)}

    def groups(self, arm):
        """The machines with the same bits under an arm: dict of letter → `Group`, largest first."""
        held = {}
        for n, found in self.runs(arm).items():
            held.setdefault(found.digest, []).append(n)
        ordered = sorted(held.values(), key=lambda numbers: (-len(numbers), numbers[0]))
        told = {n: line.machine for n, line in enumerate(self.lines, 1)}
        return {_letter(i): Group(n, shared([told[m] for m in n])) for i, n in enumerate(ordered)}

    def explained_by(self, arm):
        """The fewest attributes that tell the groups of an arm apart: tuple, () where none do.

        Machines that are alike in all of them have the same bits, and there are machines that are
        alike. It is what goes with the groups, not what made them.
        """
        letters = self.letters(arm)
        return telling([(letters[n], self.lines[n - 1].machine) for n in sorted(letters)[:_ANY]])

    def letters(self, arm):
        """The group of each machine that ran an arm: dict of number → letter."""
        return {n: letter for letter, g in self.groups(arm).items() for n in g.machines}

    @property
    def numbers(self):
        """What `statistics.room_summary` takes of the room: dict of its arguments, by arm."""
        by_arm = {arm: self.runs(arm) for arm in self.arms}
        return {
            "results": {arm: self.results(arm) for arm in by_arm},
            "digests": {a: {n: f.digest for n, f in runs.items()} for a, runs in by_arm.items()},
            "exact": {a: {n: _exact(f) for n, f in runs.items()} for a, runs in by_arm.items()},
        }

    def _having(self, arm):
        return [(n, line) for n, line in enumerate(self.lines, 1) if line.arm(arm)]


@dataclass(frozen=True)
class Group:
    """Machines with the same bits: their numbers, and what they share (dict of name → value)."""

    machines: list
    shared: dict


def of_files(paths):
    """The `Room` in some files; errors as `finding.in_files`, or when they hold no line."""
    named = ", ".join(map(str, paths))
    return of_lines(*finding.in_files(paths), named)


def of_text(text):
    """The `Room` in a text; InputError when it holds no line."""
    return of_lines(*finding.in_text(text), "The text")


def of_lines(found, damaged=(), named="What was given"):
    """The `Room` of some `Line`; the experiment that most machines did is its own.

    raises : InputError when there is no sound line
    """
    if not found:
        broken = f" that is whole, and {len(damaged)} damaged" if damaged else ""
        raise InputError(
            f"{named} holds no line{broken}: paste what 'python -m helpers line STUDY' prints."
        )
    once = _once(found)
    counts = Counter(line.experiment for line in once)
    [(own, _)] = counts.most_common(1)
    others = [line for line in once if line.experiment != own]
    apart = Counter((line.protocol, line.code, line.data) for line in others)
    lines = [line for line in once if line.experiment == own]
    return Room(lines, list(damaged), len(found) - len(once), dict(apart))


def shared(told):
    """What some machines (list of dict) have in common: dict of name → value."""
    first = told[0]
    return {n: first[n] for n in machine.NAMES if all(one[n] == first[n] for one in told)}


def telling(told):
    """The fewest attributes by which some machines' groups are told apart: tuple of names.

    told : list of (group, machine's dict)
    Of several sets of one size, the one with the fewest kinds of machines. () where all machines
    are one group, where no three attributes suffice, or where every machine is a kind of its own.
    """
    if len({group for group, _ in told}) < 2:
        return ()
    names = [n for n in machine.NAMES if len({one[n] for _, one in told}) > 1]
    for size in range(1, _TOGETHER + 1):
        fits = []
        for chosen in itertools.combinations(names, size):
            kinds = {}
            for group, one in told:
                kinds.setdefault(tuple(one[n] for n in chosen), set()).add(group)
            if len(kinds) < len(told) and all(len(groups) == 1 for groups in kinds.values()):
                fits.append((len(kinds), chosen))
        if fits:
            return min(fits)[1]
    return ()


def _once(found):
    """Each study's line once, the one with the most runs, where it first came."""
    best = {}
    for line in found:
        key = line.experiment, line.study
        if key not in best or _runs(line) > _runs(best[key]):
            best[key] = line
    return list(best.values())


def _exact(found):
    """Whether a machine's runs, two or more, have the same bits; None where there is one."""
    return found.distinct == 1 if found.runs > 1 else None


def _told(one, names):
    """A machine's values as a person reads them, "none" left out."""
    values = ((name, one[name].replace("+", " ")) for name in names)
    cores = "{} core" if one["cores"] == "1" else "{} cores"
    words = {"cores": cores, "python": "Python {}"}
    return [words.get(name, "{}").format(v) for name, v in values if v != "none"]


def _runs(line):
    return sum(arm.runs for arm in line.arms)


def _letter(place):
    """A, B … Z, AA, AB …"""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
