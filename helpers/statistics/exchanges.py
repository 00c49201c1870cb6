"""Runs made of other runs' trainings: within each fold, trainings change places at random.

The variance of whole runs over all such exchanges, and what is needed to say how well it is known.
"""

from dataclasses import dataclass

import numpy as np

RECOMBINED = 100_000  # runs that are looked at: the SD is then drawn to about 0.2 % of itself
FEWEST = 1_000  # exchanges: a p has steps of a thousandth
_BATCH = 4_000_000  # numbers held at once
_WORK = 400_000_000  # numbers looked at in all, with very many patients
_SWAPPED = 1 / 5  # of the exchanges: those of which each fold is swapped alone


@dataclass(frozen=True)
class Exchanged:
    """The variance of a run's statistic, points², and what each training does to it.

    pull    : for each fold (R_k,): the mean of half the squared difference of two recombined runs
              where this training is in one of them, over ``variance``
    doubt   : for each fold (R_k,): the squared standard error of ``pull`` from drawing at random
    shares  : (folds,) the part of the variance in which each fold has a hand (they add up to more
              than 1 where folds act together, as they do on a median)
    of_runs : (exchanges,) the variance of as many recombined runs as there are whole ones, points²
    """

    variance: float
    pull: list
    doubt: list
    shares: np.ndarray
    of_runs: np.ndarray

    def jackknife(self):
        """The variance of log ``variance``, leaving out one training at a time: a float.

        Source: Arvesen, Ann Math Stat 1969;40:2076, for statistics of several samples. Drawing at
        random is taken out. NaN with two trainings of a fold.
        """
        return sum(map(_jackknife, self.pull, self.doubt))

    def as_normal(self):
        """The same if the trainings of a fold were normal and acted one fold at a time: a float.

        2 Σ share² / (R_k − 1), which is Satterthwaite's for a mean (Biometrics 1946;2:110).
        """
        sizes = np.array([len(pull) for pull in self.pull])
        return float(np.sum(2 * self.shares**2 / (sizes - 1)))


def exchange(cells, statistic, whole, rng, exchanges=None):
    """`Exchanged` for ``statistic`` of a run's patients, such as `np.median`, by random exchanges.

    cells     : for each fold an array (R_k, patients of the fold), R_k of two or more, DSC in %
    statistic : a function of an array and ``axis``
    whole     : of how many runs ``of_runs`` shall be, at most the least R_k
    rng       : a generator; None for ``exchanges`` takes as many as an SD needs
    Where repetitions are unequal in number each exchange draws the least number from every fold.
    """
    runs, patients = min(map(len, cells)), sum(fold.shape[1] for fold in cells)
    exchanges = exchanges or _enough(runs, patients)
    sums, of_runs = [np.zeros((3, len(fold))) for fold in cells], []
    for size in _batches(exchanges, max(1, _BATCH // (runs * patients))):
        drawn = [_draw(len(fold), runs, size, rng) for fold in cells]
        found = statistic(_put_together(cells, drawn), axis=-1)
        spread, pulls = _pulls(found)
        for total, places in zip(sums, drawn, strict=True):
            total += _tallied(places, pulls, total.shape[1])
        of_runs.append(np.column_stack([spread, _spread(found[:, :whole])]))
    every, of_runs = np.concatenate(of_runs).T
    variance = float(every.mean())
    pull, doubt = zip(*(_means(total, variance) for total in sums), strict=True)
    shares = _shares(cells, statistic, exchanges, rng) / (variance or 1)
    return Exchanged(variance, pull, doubt, shares, of_runs)


def exchange_means(cells):
    """`Exchanged` for the mean over a run's patients, exactly: no exchange is drawn.

    The variance is Σ w_k² s_k², where w_k is the fold's part of the patients and s_k² the variance
    of its trainings' means. ``cells`` as `exchange`; ``of_runs`` is empty.
    """
    patients = sum(fold.shape[1] for fold in cells)
    means = [(fold - fold[0]).mean(axis=1) * fold.shape[1] / patients for fold in cells]
    own = np.array([part.var(ddof=1) for part in means])
    variance = float(own.sum())
    scale = variance or 1.0
    pull = [
        1 + (len(part) / (len(part) - 1) * (part - part.mean()) ** 2 - one) / (2 * scale)
        for part, one in zip(means, own, strict=True)
    ]
    return Exchanged(variance, pull, [0 * p for p in pull], own / scale, np.array([]))


def _enough(runs, patients):
    return max(FEWEST, min(FEWEST * runs, RECOMBINED // runs, _WORK // (patients * runs)))


def _batches(exchanges, most):
    return [min(most, exchanges - done) for done in range(0, exchanges, most)]


def _draw(trainings, runs, size, rng):
    """Which training each recombined run takes from a fold: (size, runs) places, none twice."""
    return np.argsort(rng.random((size, trainings)), axis=1)[:, :runs]


def _put_together(cells, drawn):
    chosen = [fold[places] for fold, places in zip(cells, drawn, strict=True)]
    return np.concatenate(chosen, axis=2)


def _spread(values):
    """The variance of each row of (size, runs), 0 where all are equal; NaN of one run."""
    if values.shape[1] < 2:
        return np.full(len(values), np.nan)
    return (values - values[:, :1]).var(axis=1, ddof=1)


def _pulls(values):
    """The variance of each exchange, and for each of its runs half the mean squared difference."""
    runs, spread = values.shape[1], _spread(values)
    moved = values - values[:, :1]
    apart = (moved - moved.mean(axis=1, keepdims=True)) ** 2
    return spread, (runs / (runs - 1) * apart + spread[:, None]) / 2


def _tallied(places, pulls, trainings):
    """For each training of a fold: how often it was drawn, the sum of its pulls, of their squares.

    A (3, trainings) array.
    """
    weights = (None, pulls.ravel(), pulls.ravel() ** 2)
    return np.array([np.bincount(places.ravel(), w, trainings) for w in weights])


def _means(total, variance):
    times, pulled, squared = total[0], total[1] / (variance or 1), total[2] / (variance or 1) ** 2
    mean = pulled / times
    return mean, np.maximum(squared / times - mean**2, 0) / np.maximum(times - 1, 1)


def _shares(cells, statistic, exchanges, rng):
    """Half the mean squared change, points², where two runs swap one fold: (folds,)."""
    runs, patients = min(map(len, cells)), sum(fold.shape[1] for fold in cells)
    size = max(1, min(int(_SWAPPED * exchanges), _BATCH // (runs * patients)))
    whole = _put_together(cells, [_draw(len(fold), runs, size, rng) for fold in cells])
    before, found, start = statistic(whole, axis=-1), [], 0
    for fold in cells:
        part = slice(start, start := start + fold.shape[1])
        swapped = whole.copy()
        swapped[:, :, part] = np.roll(whole[:, :, part], 1, axis=1)
        found.append(np.mean((statistic(swapped, axis=-1) - before) ** 2) / 2)
    return np.array(found)


def _jackknife(pull, doubt):
    trainings = len(pull)
    if trainings < 3:
        return np.nan
    squares = np.sum((pull - pull.mean()) ** 2) - (1 - 1 / trainings) * doubt.sum()
    return float((trainings - 1) / trainings * (2 / (trainings - 2)) ** 2 * squares)
