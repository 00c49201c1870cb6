"""What is said of a cohort's grid before a run."""

from helpers.imaging import folds, grid_fit
from helpers.study import worker


def lines(work):
    """How the protocol's grid fits the cohort of a work: a sentence, and one for each warning.

    raises : InputError when its subjects cannot be dealt to the protocol's folds
    """
    cohort, p = worker.prepared(work), work.protocol
    names, subjects = zip(*((one.patient, one.subject) for one in cohort), strict=True)
    folds.patient_folds(names, p.folds, p.fold_seed, subjects)
    found = grid_fit.fit(cohort, p)
    return [str(found), *found.warnings]
