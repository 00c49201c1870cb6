"""A line to hand in: what one machine's study came to, in at most 500 ASCII characters.

    train-again-line-1 protocol=demo.k3j2d1a0 code=… data=… study=… cpu=AMD+EPYC isa=avx512 cores=2
    gpu=none py=3.13.15 on=tensorflow-2.20.0 keras=3.13.2 np=2.1.3 a=control.3.1.9x8y7z6w.… sum=…

It is made of the records alone. Words are parted by single spaces, so that a line that was wrapped
is whole again; none has a character that a form, a table or a chat would change.

* ``protocol`` has its name and a digest of its numbers, ``code`` and ``data`` digests of what
  decides a result; ``study`` is a digest of one record with the time that it took, so that two
  machines of one kind make two lines and one study never two.
* ``a``, an arm, has its name, its whole runs, how many of them differ in any bit, a digest of the
  different ones' bits (weights and DSC), and for each run 7 digits of base 36: the median DSC in
  ten-thousandths of a point (4) and the SD between patients in hundredths of a point (3).
* ``sum`` is a digest of all that is before it.

A study of so many runs that they do not fit lists the first ones of each arm; their number stays.
One of so many arms that they do not fit hands in the first ones.
"""

import re
import statistics
from dataclasses import dataclass

from helpers.errors import InputError
from helpers.interlaboratory import digits, machine

MOST = 500  # characters
MARK = "train-again-line-"
VERSION = 1
MEDIAN_STEP, SD_STEP = 1e-4, 1e-2  # points of DSC: what a line rounds to
_SHORT = {"python": "py", "framework": "on", "numpy": "np"}  # names, as a line writes them
_SUM = 7  # digits of the checksum
_WORD = r"[A-Za-z0-9.:_+-]{1,60}"
_DIGEST = r"[0-9a-z]{8}"
_HEAD = {"protocol": rf"[A-Za-z0-9_-]{{1,40}}\.{_DIGEST}"} | dict.fromkeys(
    ("code", "data", "study"), _DIGEST
)
_ARM = rf"([a-z][a-z0-9_]{{0,40}})\.(\d{{1,6}})\.(\d{{1,6}})\.({_DIGEST})\.((?:[0-9a-z]{{7}})+)"


@dataclass(frozen=True)
class ArmRuns:
    """The whole runs of one arm: medians and SDs between patients, in % and points, of the first.

    runs     : how many there are; distinct : how many differ in any bit
    digest   : of the bits of the different ones
    """

    arm: str
    runs: int
    distinct: int
    digest: str
    medians: tuple[float, ...]
    sds: tuple[float, ...]


@dataclass(frozen=True)
class Line:
    """What one machine hands in; ``machine`` has the names of `machine.NAMES`."""

    protocol: str
    code: str
    data: str
    study: str
    machine: dict
    arms: tuple[ArmRuns, ...]

    @property
    def experiment(self):
        """What two lines must share to be of one experiment: digests of numbers, code, data."""
        return self.protocol.rpartition(".")[2], self.code, self.data

    def arm(self, name):
        """The `ArmRuns` called ``name``, or None."""
        return next((arm for arm in self.arms if arm.arm == name), None)


def text(line):
    """The characters of a `Line`, at most `MOST`; what does not fit are its last runs, then arms.

    raises : InputError when there is no arm
    """
    for arms in range(len(line.arms), 0, -1):
        chosen = line.arms[:arms]
        for listed in range(max(len(arm.medians) for arm in chosen), 0, -1):
            some = [_arm(arm, listed) for arm in chosen]
            found = _sealed(" ".join([f"{MARK}{VERSION}", *_words(line), *some]))
            if len(found) <= MOST:
                return found
    raise InputError("There is no whole run to hand in: let one finish first.")


def parsed(found):
    """The `Line` in a text that begins with `MARK` and ends with its checksum.

    raises : InputError saying in which way it is damaged
    """
    found = " ".join(found.split())
    if len(found) > MOST or not found.isascii():
        raise InputError(f"it is longer than {MOST} characters, or not ASCII: ask for it again.")
    content, _, given = found.rpartition(" sum=")
    if not content or given != digits.digest(content, _SUM):
        raise InputError("its checksum is another: a character was changed, ask for it again.")
    mark, *words = content.split()
    if mark != f"{MARK}{VERSION}":
        raise InputError(f"it is of another version than {VERSION}: ask for it again.")
    line = _read(words)
    if line is None:
        raise InputError("it says what no line says: ask for it again.")
    return line


def _sealed(content):
    return f"{content} sum={digits.digest(content, _SUM)}"


def _words(line):
    yield from (f"{name}={getattr(line, name)}" for name in _HEAD)
    for name in machine.NAMES:
        values = line.machine[name].split()
        key = _SHORT.get(name, name)
        yield from (f"{key}={value}" for value in values if (name, value) != ("set", "none"))


def _arm(arm, listed):
    pairs = list(zip(arm.medians, arm.sds, strict=True))[:listed]
    numbers = "".join(
        digits.written(round(median / MEDIAN_STEP), 4) + digits.written(round(sd / SD_STEP), 3)
        for median, sd in pairs
    )
    return f"a={arm.arm}.{arm.runs}.{arm.distinct}.{arm.digest}.{numbers}"


def _read(words):
    """The `Line` of the words between mark and checksum, or None where they are none."""
    values = {}
    for word in words:
        name, _, value = word.partition("=")
        values.setdefault(name, []).append(value)
    head = {name: values.pop(name, [""])[0] for name in _HEAD}
    arms = [_read_arm(value) for value in values.pop("a", [])]
    told = {name: " ".join(values.pop(_SHORT.get(name, name), ["none"])) for name in machine.NAMES}
    sound = all(re.fullmatch(pattern, head[name]) for name, pattern in _HEAD.items())
    plain = all(re.fullmatch(_WORD, v) for value in told.values() for v in value.split())
    once = len({arm.arm for arm in arms if arm}) == len(arms) > 0
    return Line(**head, machine=told, arms=tuple(arms)) if sound and plain and once else None


def _read_arm(value):
    found = re.fullmatch(_ARM, value)
    if not found:
        return None
    name, runs, distinct, digest, numbers = found.groups()
    pairs = [numbers[i : i + 7] for i in range(0, len(numbers), 7)]
    medians = tuple(round(digits.read(p[:4]) * MEDIAN_STEP, 4) for p in pairs)
    sds = tuple(round(digits.read(p[4:]) * SD_STEP, 2) for p in pairs)
    if not len(pairs) <= int(runs) or not 1 <= int(distinct) <= int(runs) or max(medians) > 100:
        return None
    return ArmRuns(name, int(runs), int(distinct), digest, medians, sds)


def sd_between(values):
    """The SD between some patients' DSC, in points; 0 for one patient."""
    return statistics.stdev(values) if len(values) > 1 else 0.0
