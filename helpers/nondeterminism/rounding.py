"""Where a difference starts and how it grows: sums in many orders, and distances over steps."""

import math
from dataclasses import dataclass

import numpy as np

from helpers.errors import InputError

LINEAR = 0.01  # relative distance up to which a difference is small enough to grow by a factor


def sums(numbers, orders, rng):
    """The sum of the same numbers in so many orders, three ways, each beside the exact one.

    numbers : (n,) float32; orders : how many, each a permutation drawn by ``rng``
    returns : list of dicts order, way, sum and error, the relative difference to the exact sum;
              ways are "one by one" and "pairwise" in float32, and "float64" one by one
    """
    exact = math.fsum(numbers.tolist())
    if exact == 0:
        raise InputError("The numbers add up to 0, so an error has nothing to be relative to.")
    return [
        {"order": order, "way": way, "sum": value, "error": (value - exact) / abs(exact)}
        for order in range(orders)
        for way, value in _three_ways(rng.permutation(numbers)).items()
    ]


@dataclass(frozen=True)
class Growth:
    """Exponential growth of a distance: distance ∝ exp(rate · step) from ``first`` to ``last``.

    misfit : typical factor between a distance and the line, 1 when growth is truly exponential;
             a few early steps under Adam are not, since it divides a gradient by its own size
    """

    rate: float
    first: int
    last: int
    misfit: float

    @property
    def factor(self):
        """By how much the distance is multiplied in a step."""
        return math.exp(self.rate)

    @property
    def doubling(self):
        """Steps in which the distance doubles; infinite when it does not grow."""
        return math.log(2) / self.rate if self.rate > 0 else math.inf


def growth(steps, distances, first=None, last=None):
    """How fast distances grow, by least squares of their logarithm against the step.

    steps, distances : (n,), the steps rising
    first, last      : the range of steps, both within it; from the first distance above 0 to the
                       last step before one exceeds ``LINEAR``, when None
    returns          : Growth
    raises           : InputError when fewer than three distances above 0 are in the range
    """
    steps, distances = np.asarray(steps), np.asarray(distances, float)
    apart = distances > 0
    if first is None:
        first = steps[apart][0] if apart.any() else 0
    if last is None:
        last = _last_linear(steps, distances)
    inside = apart & (steps >= first) & (steps <= last)
    if inside.sum() < 3:
        raise InputError("Fewer than three steps in the range have a distance: watch more steps.")
    logs = np.log(distances[inside])
    line = np.polyfit(steps[inside], logs, 1)
    misfit = np.exp(np.sqrt(np.mean((logs - np.polyval(line, steps[inside])) ** 2)))
    return Growth(float(line[0]), int(first), int(last), float(misfit))


def _three_ways(numbers):
    """numpy's sum is pairwise; its cumulative sum adds one number after the other."""
    return {
        "one by one": float(np.cumsum(numbers)[-1]),
        "pairwise": float(numbers.sum()),
        "float64": float(np.cumsum(numbers, dtype="float64")[-1]),
    }


def _last_linear(steps, distances):
    over = np.flatnonzero(distances > LINEAR)
    return steps[max(over[0] - 1, 0)] if len(over) else steps[-1]
