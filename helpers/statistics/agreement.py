"""Do runs say the same of each patient? Flips with exact intervals, and kappa."""

import itertools
from dataclasses import dataclass

import numpy as np
from scipy import stats

LEVEL = 0.95


@dataclass(frozen=True)
class Agreement:
    """What several runs say of the same subjects.

    runs, subjects : how many
    flipped   : subjects of whom not all runs say the same; ``share`` of them with its exact 95 %
                interval (Clopper and Pearson, Biometrika 1934;26:404)
    upper     : one-sided 95 % bound of that share: what "nothing flips" still allows
    by_pair   : share of subjects of whom two runs differ, mean over all pairs of runs
    fleiss    : Fleiss' kappa of all runs (Psychol Bull 1971;76:378)
    cohen     : least and mean of Cohen's kappa over pairs (Educ Psychol Meas 1960;20:37)
    Kappas are NaN where every run says the same one thing of every subject.
    """

    runs: int
    subjects: int
    flipped: int
    share: float
    share_ci: tuple[float, float]
    upper: float
    by_pair: float
    fleiss: float
    cohen: tuple[float, float]


def agreement(said):
    """The `Agreement` of ``said``, (run, subject) texts; None of fewer than two runs or none said.

    Subjects count as independent: of lesions, which share patients, the interval is too narrow.
    """
    said = np.asarray(said)
    runs, subjects = said.shape
    if runs < 2 or not subjects:
        return None
    flipped = int((said != said[0]).any(axis=0).sum())
    test = stats.binomtest(flipped, subjects)
    one_sided = stats.binomtest(flipped, subjects, alternative="less")
    pairs = list(itertools.combinations(range(runs), 2))
    cohens = [cohen(said[i], said[j]) for i, j in pairs]
    return Agreement(
        runs=runs,
        subjects=subjects,
        flipped=flipped,
        share=flipped / subjects,
        share_ci=tuple(map(float, test.proportion_ci(LEVEL, "exact"))),
        upper=float(one_sided.proportion_ci(LEVEL, "exact").high),
        by_pair=float(np.mean([(said[i] != said[j]).mean() for i, j in pairs])),
        fleiss=fleiss(said),
        cohen=_least_and_mean(cohens),
    )


def fleiss(said):
    """Fleiss' kappa of (run, subject) texts; NaN where only one thing is ever said."""
    from statsmodels.stats.inter_rater import aggregate_raters, fleiss_kappa

    words, codes = np.unique(said, return_inverse=True)
    if len(words) < 2:
        return float("nan")
    counts, _ = aggregate_raters(codes.reshape(np.shape(said)).T, n_cat=len(words))
    return float(fleiss_kappa(counts))


def cohen(one, other):
    """Cohen's kappa of two runs, (subject,) texts each; NaN where only one thing is ever said."""
    from statsmodels.stats.inter_rater import cohens_kappa

    words, codes = np.unique([one, other], return_inverse=True)
    if len(words) < 2:
        return float("nan")
    first, second = codes.reshape(2, -1)
    table = np.zeros((len(words), len(words)))
    np.add.at(table, (first, second), 1)
    return float(cohens_kappa(table, return_results=False))


def _least_and_mean(values):
    known = [value for value in values if np.isfinite(value)]
    return (float(min(known)), float(np.mean(known))) if known else (float("nan"),) * 2
