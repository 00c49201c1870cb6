"""Which patients are held out together."""

import numpy as np

from helpers.errors import InputError


def patient_folds(patients, folds, seed, subjects=None):
    """Deal the patients to folds by a seed of their own.

    patients : sequence of names, each once
    subjects : whose image each of them is; all images of one are in one fold. Their own when None
    returns  : list of ``folds`` lists of names, sizes differing by one at most, or, where subjects
               have several images, by the images of one
    raises   : InputError when a patient is there twice, and when there are too few
    """
    subjects = patients if subjects is None else subjects
    if len(set(patients)) != len(patients):
        raise InputError("A patient is listed twice: every patient belongs to one fold.")
    if not 2 <= folds <= len(patients):
        raise InputError(f"{len(patients)} patients cannot be dealt to {folds} folds.")
    rng = np.random.default_rng(seed)
    if len(set(subjects)) < len(patients):
        return _whole_subjects(dict(zip(patients, subjects, strict=True)), folds, rng)
    dealt = rng.permutation(sorted(patients))
    return [sorted(map(str, part)) for part in np.array_split(dealt, folds)]


def _whole_subjects(subject_of, folds, rng):
    """Deal subjects, those with most images first, each to the fold that is smallest then."""
    images = {}
    for patient, subject in sorted(subject_of.items()):
        images.setdefault(subject, []).append(patient)
    if len(images) < folds:
        raise InputError(f"{len(images)} subjects cannot be dealt to {folds} folds.")
    drawn = list(map(str, rng.permutation(sorted(images))))
    dealt = [[] for _ in range(folds)]
    for subject in sorted(drawn, key=lambda one: -len(images[one])):
        min(dealt, key=len).extend(images[subject])
    return [sorted(part) for part in dealt]
