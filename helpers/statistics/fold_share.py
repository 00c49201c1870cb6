"""How much of the noise a fold's patients share, and how much of that hangs on a few trainings."""

from dataclasses import dataclass

import numpy as np

from helpers.errors import InputError
from helpers.statistics.dsc_arrays import dsc_table
from helpers.statistics.variance_components import fold_means, fold_members


@dataclass(frozen=True)
class FoldShare:
    """``share`` of a patient's noise that is common to fold and training, a fraction or NaN.

    ``left_out`` of ``trainings`` were not counted.
    """

    share: float
    left_out: int
    trainings: int

    def __str__(self):
        return (
            f"A fold's model makes {self.share:.0%} of the noise"
            + (f", without {self.left_out} of {self.trainings} trainings" if self.left_out else "")
            + "."
        )


def fold_share(table, fold, lost=np.inf):
    """`FoldShare` of ``table`` (repetitions, patients), DSC in %; ``fold`` is (patients,).

    Left out are the trainings whose mean DSC is more than ``lost`` points below the median training
    of their fold. In each fold: the mean squares between and within trainings, patients taken out;
    the variances, points², are averaged over folds, each as much as any other. The runs are not
    fitted, since trainings of a run share nothing but the arm. Raises InputError where a fold has
    one patient or fewer than two trainings left.
    """
    values = dsc_table(table)
    means = fold_means(values, fold)
    kept = means >= np.median(means, axis=0) - lost
    members = fold_members(fold, values.shape[1]).astype(bool).T
    parts = [_parts(values[k][:, held]) for k, held in zip(kept.T, members, strict=True)]
    shared, alone = np.mean(parts, axis=0)
    noise = shared + alone
    return FoldShare(float(shared / noise) if noise else np.nan, int(np.sum(~kept)), kept.size)


def _parts(values):
    """The variances, points², between trainings and within, of (trainings, patients)."""
    trainings, patients = values.shape
    if trainings < 2 or patients < 2:
        raise InputError(
            f"A fold of {patients} patients and {trainings} trainings has no shared part: two of "
            "each or more."
        )
    moved = values - values.mean(axis=0)
    means = moved.mean(axis=1, keepdims=True)
    within = np.sum((moved - means) ** 2) / ((trainings - 1) * (patients - 1))
    return means.var(ddof=1) - within / patients, within
