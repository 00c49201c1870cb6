"""How many runs of an arm drew each voxel, from the kept masks of a study."""

from dataclasses import dataclass

import numpy as np

from helpers.errors import InputError
from helpers.imaging.dsc import dsc_percent
from helpers.study import kept_masks


@dataclass(frozen=True)
class Counted:
    """What the runs of an arm drew of one patient.

    runs     : the repetitions that are counted, list of int
    counts   : (slice, row, column) int, how many of them drew a voxel
    truth    : (slice, row, column) bool; labelled : (slice,) bool, where the truth is known
    single   : the mean of the runs' DSC in %
    subject  : whose image it is
    """

    arm: str
    patient: str
    subject: str
    fold: int
    runs: list
    counts: np.ndarray
    truth: np.ndarray
    labelled: np.ndarray
    single: float

    @property
    def majority(self):
        """The voxels that more than half of the runs drew, (slice, row, column) bool."""
        return 2 * self.counts > len(self.runs)

    @property
    def disputed(self):
        """The voxels that some of the runs drew and some did not, (slice, row, column) bool."""
        return (self.counts > 0) & (self.counts < len(self.runs))

    def row(self):
        """The patient as a row of a table: dict; DSC, and the share of what any run drew, in %."""
        seen = self.labelled
        drawn, disputed = (self.counts[seen] > 0).sum(), self.disputed[seen].sum()
        return {
            "arm": self.arm,
            "patient": self.patient,
            "subject": self.subject,
            "fold": self.fold,
            "runs": len(self.runs),
            "single_percent": self.single,
            "vote_percent": dsc_percent(self.truth[seen], self.majority[seen]),
            "disputed_percent": float(100 * disputed / drawn) if drawn else 0.0,
        }


def table(ledger, arms=None):
    """One row a patient and arm, as ``Counted.row`` has it: frame, empty where no masks are kept.

    An arm counts the repetitions that have every fold of the arm, and its masks.
    arms : names; all when None
    """
    import pandas as pd

    runs = _runs(ledger)
    every = [cells for arm in arms or runs for cells in runs.get(arm, {}).values()]
    return pd.DataFrame([one.row() for cells in every for one in _counted(ledger, cells)])


def counted(ledger, arm, patient):
    """`Counted` of one patient; InputError where no whole run of the arm has masks of it."""
    for cells in _runs(ledger).get(arm, {}).values():
        if patient in cells[0]["dsc_percent"]:
            return next(one for one in _counted(ledger, cells, patient))
    raise InputError(
        f"{ledger.folder} keeps no masks of {patient} from a whole run under {arm}: choose "
        "another, or make a study with 'run --keep-masks'."
    )


def most_disputed(ledger, arm):
    """The patient of whose voxels the runs of an arm dispute the largest share.

    raises : InputError where no whole run of the arm has masks
    """
    rows = table(ledger, [arm])
    if rows.empty:
        raise InputError(
            f"{ledger.folder} keeps no masks of a whole run under {arm}: make a study with "
            "'run --keep-masks'."
        )
    return rows.loc[rows["disputed_percent"].idxmax(), "patient"]


def records(ledger, arm, patient):
    """The records with masks of a patient, of the runs that are counted: dict by repetition."""
    found = (c for c in _runs(ledger).get(arm, {}).values() if patient in c[0]["dsc_percent"])
    return {record["repetition"]: record for record in next(found, [])}


def _runs(ledger):
    """The records with masks of whole repetitions: dict of arm → dict of fold → list, by number."""
    by_arm, found = {}, {}
    for one in ledger.records():
        by_arm.setdefault(one["arm"], []).append(one)
    for arm, every in by_arm.items():
        folds, done = {one["fold"] for one in every}, {}
        for one in every:
            if kept_masks.keeps(one) and kept_masks.are_whole(ledger.folder, one):
                done.setdefault(one["repetition"], {})[one["fold"]] = one
        whole = [cells for _, cells in sorted(done.items()) if cells.keys() == folds]
        if whole:
            found[arm] = {fold: [cells[fold] for cells in whole] for fold in sorted(folds)}
    return found


def _counted(ledger, cells, only=None):
    """`Counted` of each patient of one fold; cells : its records, one a run."""
    counts = {}
    for record in cells:
        for patient, mask in kept_masks.read(ledger.folder, record).items():
            if only in (None, patient):
                counts[patient] = counts.get(patient, np.uint16(0)) + mask
    truths, first = kept_masks.truths(ledger.folder, cells[0]), cells[0]
    for patient, count in counts.items():
        yield Counted(
            first["arm"],
            patient,
            first.get("subject", {}).get(patient) or patient,
            first["fold"],
            [record["repetition"] for record in cells],
            count,
            *truths[patient],
            float(np.mean([record["dsc_percent"][patient] for record in cells])),
        )
