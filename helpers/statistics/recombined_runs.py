"""The scatter of runs that could have been: trainings change runs within their fold.

The trainings of a run share nothing but the arm, so any training of fold 1 could have stood beside
any of fold 2. The mean of s² over all such exchanges is unbiased for the variance of a run and
never less precise than s² of the runs as they were (docs/recombined_runs.md).
"""

from dataclasses import dataclass

import numpy as np

from helpers.errors import InputError
from helpers.statistics.dsc_arrays import dsc_table, margin_points
from helpers.statistics.exchanges import exchange, exchange_means
from helpers.statistics.repeatability import (
    LEVEL,
    TWO_RUNS,
    dsc_digests,
    sample_sd,
    sd_factors,
    verdict_at,
)
from helpers.statistics.sd_ratio import ratio_factors

ALPHA = 1 - LEVEL
FEWEST = 3  # trainings of a fold, to say how well the SD is known


@dataclass(frozen=True)
class Recombined:
    """The SD of a run's median (or mean) from recombined runs, in percentage points of DSC.

    ``trainings`` are all of the arm, ``distinct`` those whose results differ within a fold,
    ``repetitions`` the fewest and most of a fold. ``worth`` is how many runs as they were would
    tell as much: one more than the degrees of freedom. It is NaN, and so are the bounds, below
    three trainings of a fold, and where runs have one result although trainings differ.
    ``shared_p`` is of "a run's trainings share nothing", NaN where that was not tested;
    ``shared_ratio`` the SD of the runs as they were over ``run_sd``. ``valid`` is False where two
    recombined runs may be equal: no fold has as many results as trainings.
    """

    of: str
    folds: int
    repetitions: tuple[int, int]
    trainings: int
    distinct: int
    run_sd: float
    worth: float
    shared_ratio: float
    shared_p: float
    margin: float
    identical: bool
    valid: bool

    @property
    def run_sd_ci(self):
        """95 % (lower, upper) of the SD, points: of χ² with ``worth`` − 1 degrees of freedom."""
        return tuple(self.run_sd * factor for factor in self._factors(LEVEL))

    @property
    def rc(self):
        """What two runs are estimated to differ by less than, 95 % of the time: points."""
        return float(TWO_RUNS * self.run_sd)

    @property
    def rc_upper(self):
        """The one-sided 95 % bound of RC, points."""
        return float(self.rc * self._factors(2 * LEVEL - 1)[1])

    @property
    def verdict(self):
        """As `repeatability.run_level`: "identical", "repeatable within …" or "not shown"."""
        return verdict_at(self.identical, self.rc_upper, self.margin)

    @property
    def shares(self):
        """Whether the runs' trainings were found to share something, at 5 %."""
        return bool(self.shared_p < ALPHA)

    @property
    def sound(self):
        """Whether a verdict may rest on it: an interval, results that differ, nothing shared.

        Where something is shared that makes the runs scatter less than this, a verdict may: the
        SD is too large then.
        """
        misses = self.shares and self.shared_ratio > 1
        return bool(self.valid and not misses and np.isfinite(self.rc_upper))

    def _factors(self, level):
        if self.identical:
            return 1.0, 1.0
        return sd_factors(self.worth, level) if self.run_sd else (np.nan, np.nan)

    def __str__(self):
        if self.identical:
            return f"Identical: each fold's trainings are ({self.trainings} in all)."
        if not self.run_sd:
            return (
                f"Not shown: the {self.of}s of runs recombined from {self.trainings} trainings are "
                f"one, though {self.distinct} trainings differ."
            )
        sentence = (
            f"{self.verdict[0].upper()}{self.verdict[1:]}: the {self.of}s of runs recombined from "
            f"{self.trainings} trainings have an SD of {self.run_sd:.3f} points "
            f"({self.run_sd_ci[0]:.3f} to {self.run_sd_ci[1]:.3f}, as well known as from "
            f"{self.worth:.0f} runs); two runs are estimated to differ by less than {self.rc:.2f} "
            f"points 95 % of the time (upper bound {self.rc_upper:.2f}, margin {self.margin:g})."
        )
        if not self.valid:
            return f"{sentence} The interval is not valid: only {self.distinct} are distinct."
        return f"{sentence} {self.tested()}"

    def tested(self):
        """Whether a run's trainings were found to share something: a sentence."""
        if np.isnan(self.shared_p):
            return "That the trainings of a run share nothing is assumed."
        found = "were" if self.shares else "were not"
        return (
            f"The trainings of a run {found} found to share something (p = {self.shared_p:.2g}; "
            f"the runs as they were have {self.shared_ratio:.2f} times this SD)."
        )


def recombine(cells, rng, margin=0.5, digests=None, runs=None, of="median"):
    """`Recombined` from the trainings of an arm, with the verdict at ``margin`` (points).

    cells   : for each fold a table (trainings, patients of the fold), DSC in %; the number of
              trainings may differ from fold to fold
    rng     : a generator or a seed, for the exchanges; the SD has an error of 0.2 % from them
    digests : for each fold one text a training; without them DSC tell trainings apart
    runs    : (runs,) the median (mean) DSC in % of each run as it was, to test what its trainings
              share; None for no test
    of      : "median" or "mean" over a run's patients; of means nothing is drawn or tested
    raises  : InputError for less than two folds or two trainings of a fold, for a DSC that is
              missing, or digests that are not one a training
    """
    cells, margin = _checked(cells), margin_points(margin)
    whole = np.array([] if runs is None or of == "mean" else runs, float)
    if len(whole) > min(map(len, cells)):
        raise InputError(f"{len(whole)} runs of fewer trainings: give the runs made of them.")
    done = _exchanged(cells, of, len(whole), np.random.default_rng(rng))
    distinct, sd = _distinct(cells, digests), float(np.sqrt(done.variance))
    return Recombined(
        of=of,
        folds=len(cells),
        repetitions=(min(map(len, cells)), max(map(len, cells))),
        trainings=sum(map(len, cells)),
        distinct=sum(distinct),
        run_sd=sd,
        worth=worth(done),
        shared_ratio=sample_sd(whole) / sd if sd else np.nan,
        shared_p=shared_p(whole, done.of_runs),
        margin=margin,
        identical=sd == 0 and set(distinct) == {1},
        valid=any(number == len(fold) for number, fold in zip(distinct, cells, strict=True)),
    )


def of_runs(runs, rng, margin=0.5, of="median"):
    """`Recombined` of an arm's `Runs`, with the trainings of its unfinished repetitions.

    None where a patient changed its fold, or there is one fold or a fold with one training.
    Other arguments as `recombine`.
    """
    cells = runs.trainings()
    if cells is None or len(cells) < 2 or min(map(len, cells.values())) < 2:
        return None
    return recombine(list(cells.values()), rng, margin, _results(runs, cells), runs.medians, of)


def ratio(one, other):
    """The SD of one `Recombined` over another's, with its 95 % interval: ratio, (lower, upper).

    F interval of as many degrees of freedom as the two SDs have, as in `sd_ratio`. NaN where there
    is nothing to divide.
    """
    found = one.run_sd / other.run_sd if other.run_sd > 0 else np.nan
    if found == 0:
        return 0.0, (0.0, 0.0) if one.identical else (np.nan, np.nan)
    return found, tuple(found * factor for factor in ratio_factors(one.worth, other.worth))


def worth(done):
    """How many runs would tell as much as an `Exchanged`: degrees of freedom and one, a float.

    s² is taken for a scaled χ², whose degrees of freedom are 2 over the variance of log s². Of two
    estimates of that the larger decides: the jackknife, which sees tails, and that of normal
    trainings, which does not forget them where few were drawn. NaN below three trainings of a fold.
    """
    if min(map(len, done.pull)) < FEWEST:
        return np.nan
    unsure = max(done.jackknife(), done.as_normal())
    return 1 + 2 / unsure if unsure > 0 else np.nan


def shared_p(runs, exchanged):
    """p of "the trainings of a run share nothing", two-sided, NaN without a run that differs.

    runs      : (runs,) the median (mean) DSC in % of each
    exchanged : (exchanges,) the variances of as many recombined runs, points²
    An exact test: if nothing is shared the runs as they were are one more exchange. What is shared
    makes a run's trainings good or bad together and their variance larger; a design that balances
    them makes it smaller.
    """
    if len(runs) < 2 or not np.isfinite(exchanged).all() or not exchanged.any():
        return np.nan
    seen = sample_sd(runs) ** 2
    near = 1e-9 * seen
    tails = [np.sum(exchanged >= seen - near), np.sum(exchanged <= seen + near)]
    return float(min(1.0, 2 * (min(tails) + 1) / (len(exchanged) + 1)))


def _exchanged(cells, of, whole, rng):
    if of == "mean":
        return exchange_means(cells)
    return exchange(cells, np.median, whole, rng)


def _checked(cells):
    cells = [dsc_table(fold) for fold in cells]
    if len(cells) < 2 or min(map(len, cells)) < 2:
        raise InputError("Runs are recombined from two folds or more, each trained twice or more.")
    return cells


def _results(runs, cells):
    """For each fold a text a training: DSC, and the digest of the weights where it is recorded."""
    weights = runs.cell_digests or {fold: [""] * len(cell) for fold, cell in cells.items()}
    return [
        [own + dsc for own, dsc in zip(weights[fold], dsc_digests(cell), strict=True)]
        for fold, cell in cells.items()
    ]


def _distinct(cells, digests):
    """How many results differ, fold by fold."""
    digests = [dsc_digests(fold) for fold in cells] if digests is None else digests
    if [len(one) for one in digests] != [len(fold) for fold in cells]:
        raise InputError("The digests are not one a training: give each fold as many as it has.")
    return [len(set(one)) for one in digests]
