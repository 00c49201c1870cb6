"""The scatter of an arm's runs estimated twice, as they were and recombined; one verdict.

Recombined runs are never less precise, so the verdict rests on them, unless the trainings of a run
were found to share something that makes runs scatter more, repeat in every fold, or are too few to
say how well the SD is known.
"""

from dataclasses import dataclass

from helpers.statistics import recombined_runs, repeatability
from helpers.statistics.recombined_runs import Recombined
from helpers.statistics.repeatability import RunLevel

RUNS, RECOMBINED = "runs", "recombined runs"


@dataclass(frozen=True)
class BothEstimates:
    """The scatter of the run medians and of the run means, from runs and from recombined ones.

    ``recombined`` and ``recombined_mean`` are None where the folds are not known or too few.
    ``better`` is the estimate of the medians that the ``verdict`` rests on, ``rests_on`` its name.
    """

    runs: RunLevel
    recombined: Recombined | None
    mean: RunLevel
    recombined_mean: Recombined | None

    @property
    def rests_on(self):
        """Either of "runs" and "recombined runs"."""
        usable = self.recombined is not None and self.recombined.sound
        return RECOMBINED if usable and not self.runs.identical else RUNS

    @property
    def better(self):
        """The estimate with that name."""
        return self.recombined if self.rests_on == RECOMBINED else self.runs

    @property
    def verdict(self):
        """That of the better estimate."""
        return self.better.verdict

    def __str__(self):
        if self.rests_on == RECOMBINED:
            return f"{self.recombined} From the runs as they were: {self.runs}"
        if self.runs.identical or self.runs.runs == 1:
            return str(self.runs)
        return f"{self.runs} {self._why()}"

    def _why(self):
        if self.recombined is None:
            return "Runs are not recombined: the folds are not known or too few."
        if self.recombined.shares:
            return f"Recombined runs do not count. {self.recombined.tested()}"
        if not self.recombined.valid:
            return "Recombined runs do not count: trainings repeat in every fold."
        if not self.recombined.run_sd:
            return "Recombined runs do not count: their medians are one too."
        return "Recombined runs do not count: a fold has less than three trainings."


def both_estimates(runs, rng, margin=0.5):
    """`BothEstimates` of an arm's `Runs`, with the verdict at ``margin`` (points of DSC).

    rng    : a generator or a seed, for the exchanges
    raises : InputError if the margin is none, or naming a DSC that is missing
    """
    recombined = recombined_runs.of_runs(runs, rng, margin)
    differs = recombined is not None and recombined.distinct > recombined.folds
    return BothEstimates(
        runs=_level(runs, runs.medians, margin, differs),
        recombined=recombined,
        mean=_level(runs, runs.dsc.mean(axis=1), margin, differs),
        recombined_mean=recombined_runs.of_runs(runs, rng, margin, of="mean"),
    )


def _level(runs, results, margin, differs):
    """`RunLevel` of one result a run; runs are identical if no training of any differs, the ones
    of unfinished runs too."""
    told = repeatability.dsc_digests(runs.dsc)
    if runs.digests:
        told = [(*weights, dsc) for weights, dsc in zip(runs.digests, told, strict=True)]
    level = repeatability.run_level(results, margin, told)
    return level.without_bounds() if level.identical and differs else level
