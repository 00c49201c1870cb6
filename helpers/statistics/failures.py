"""Trainings that failed, which a median over patients hides: how many of an arm.

A training *lost* if the mean DSC of its held-out patients is more than five points below that of
the median training of its fold and arm. It *did not learn* if that mean is 0, or below half of the
median training's of the whole study, so that an arm whose trainings nearly all fail does not pass
for one whose trainings agree.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from helpers.statistics.dsc_arrays import dsc_table, positive
from helpers.statistics.repeatability import LEVEL, dsc_digests

LOST = 5.0  # points of DSC
LEARNED = 0.5  # of the median training


@dataclass(frozen=True)
class Failures:
    """The failed trainings of an arm: counts, and their ``share`` with its exact 95 % interval.

    ``trainings`` are all that were made. The other counts are of the ``distinct`` ones: trainings
    of a fold with the same result are one witness. ``failed`` lost or did not learn; ``worst`` is
    the largest loss in points below the median of fold and arm. ``alone`` are the only trainings of
    their fold and arm, which can lose against nothing.
    """

    trainings: int
    distinct: int
    lost: int
    unlearned: int
    failed: int
    share: float
    share_ci: tuple[float, float]
    worst: float
    alone: int

    def __str__(self):
        low, high = self.share_ci
        same = "" if self.distinct == self.trainings else f" distinct ones of {self.trainings}"
        said = (
            f"{self.failed} of {self.distinct}{same} trainings failed ({100 * self.share:.1f} %, "
            f"{100 * low:.1f} to {100 * high:.1f}): {self.lost} lost more than {LOST:g} points of "
            f"mean DSC against the median training of the same fold and arm, {self.unlearned} did "
            f"not reach half of the study's median; the worst is {self.worst:.1f} points below."
        )
        alone = f" {self.alone} are alone in their fold, and could not be seen to lose."
        return said + alone if self.alone else said


def failures(arms, points=LOST):
    """The `Failures` of each arm: dict of arm → Failures.

    arms   : dict of arm → `Runs`; trainings of unfinished repetitions count
    points : a larger loss of mean DSC is a failure
    Intervals: Clopper and Pearson, Biometrika 1934;26:404. They take trainings to fail
    independently, and are wide enough also where folds fail unequally often (Hoeffding, Ann Math
    Stat 1956;27:713). Arms whose patients changed folds are left out. Raises InputError naming a
    DSC that is missing, or if ``points`` is not above 0.
    """
    points = positive(points, "loss")
    found = {arm: _means(runs) for arm, runs in arms.items() if runs.trainings() is not None}
    if not found:
        return {}
    every = [mean for folds in found.values() for means, _ in folds for mean in means]
    return {
        arm: _failures(folds, points, LEARNED * np.median(every)) for arm, folds in found.items()
    }


def _means(runs):
    """For each fold the mean DSC of every training, and a text that tells trainings apart."""
    found = []
    for fold, cells in runs.trainings().items():
        values = dsc_table(cells)
        texts = runs.cell_digests[fold] if runs.cell_digests else dsc_digests(values)
        found.append((values.mean(axis=1), np.array(texts)))
    return found


def _failures(folds, points, learned):
    losses = [_first(np.median(means) - means, texts) for means, texts in folds]
    losses = np.concatenate(losses)
    means = np.concatenate([_first(means, texts) for means, texts in folds])
    lost, unlearned = losses > points, (means < learned) | (means == 0)
    failed, distinct = int(np.sum(lost | unlearned)), len(losses)
    low, high = stats.binomtest(failed, distinct).proportion_ci(LEVEL, "exact")
    return Failures(
        trainings=sum(len(texts) for _, texts in folds),
        distinct=distinct,
        lost=int(lost.sum()),
        unlearned=int(unlearned.sum()),
        failed=failed,
        share=failed / distinct,
        share_ci=(float(low), float(high)),
        worst=max(0.0, float(losses.max())),
        alone=sum(len(texts) == 1 for _, texts in folds),
    )


def _first(values, texts):
    """The values of the first training of each text."""
    return values[np.sort(np.unique(texts, return_index=True)[1])]
