"""Which patients are held out together."""

import numpy as np

from helpers.errors import InputError


def patient_folds(patients, folds, seed):
    """Deal the patients to folds by a seed of their own.

    patients : sequence of names, each once
    returns  : list of ``folds`` lists of names, sizes differing by one at most
    """
    if len(set(patients)) != len(patients):
        raise InputError("A patient is listed twice: every patient belongs to one fold.")
    if not 2 <= folds <= len(patients):
        raise InputError(f"{len(patients)} patients cannot be dealt to {folds} folds.")
    dealt = np.random.default_rng(seed).permutation(sorted(patients))
    return [sorted(map(str, part)) for part in np.array_split(dealt, folds)]
