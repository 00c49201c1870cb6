"""Tables of DSC dealt from real trainings: the noise of an arm, and a truth that is known.

The trainings of an arm differ by chance alone. So runs that take their trainings from them, fold
by fold and no training twice, do not differ, and their noise is the arm's own: long tails, and
folds that scatter unlike one another. Beside `simulation.Truth`, whose noise is normal and alike in
all folds, this is the harder and more honest of the two.
"""

from dataclasses import dataclass

import numpy as np

from helpers.errors import InputError
from helpers.statistics.dsc_arrays import dsc_table
from helpers.statistics.variance_components import fold_members


@dataclass(frozen=True)
class Cells:
    """The trainings of one arm that ``runs`` new runs are dealt from.

    ``dsc`` is its table (repetitions, patients), DSC in %; ``folds`` the fold of each patient,
    (patients,). Like `simulation.Truth`, it is what `simulation.size_and_power` draws from. Raises
    InputError for fewer repetitions than runs, less than two runs, or folds that do not fit.
    """

    dsc: np.ndarray
    folds: np.ndarray
    runs: int = 2

    def __post_init__(self):
        """Refuse what cannot be dealt."""
        repetitions, patients = dsc_table(self.dsc).shape
        fold_members(self.folds, patients)
        if not 2 <= self.runs <= repetitions:
            raise InputError(
                f"{self.runs} runs of {repetitions} repetitions: deal two or more, and no training "
                "twice."
            )

    def fold(self):
        """The fold of each patient, (patients,)."""
        return np.asarray(self.folds)

    def draw(self, rng, tables=1, shift=0.0):
        """``tables`` dealt tables; as `recombine`."""
        return recombine(self, rng, tables, shift)


def recombine(cells, rng, tables=1, shift=0.0):
    """``tables`` tables of DSC in %, (tables, runs, patients), the second run ``shift`` points up.

    In each fold of each table the runs get different trainings of that fold, drawn with ``rng``, a
    generator or a seed. A shifted DSC may leave 0 to 100 %.
    """
    rng, values = np.random.default_rng(rng), dsc_table(cells.dsc)
    members = fold_members(cells.fold(), values.shape[1])
    shuffled = rng.random((tables, len(values), members.shape[1])).argsort(axis=1)
    taken = shuffled[:, : cells.runs] @ members.T.astype(int)
    found = values[taken, np.arange(values.shape[1])]
    found[:, 1] += shift
    return found
