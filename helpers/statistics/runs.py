"""The whole runs of an arm, made once from a table and handed on."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

DSC = "dsc_percent"
_AVERAGED = ("dsc_percent", "ceiling_percent", "volume_ml", "truth_ml")


@dataclass(frozen=True)
class Runs:
    """The whole runs of one arm.

    dsc        : frame (repetitions × patients), DSC in %; a patient is a subject where subjects
                 have several images, and its DSC is then the mean of theirs
    folds      : how many folds a whole run has
    fold       : (patients,) the fold of each, None where one was in two
    digests    : for each repetition the tuple of its folds' weight digests, None if not recorded
    unfinished : names of the repetitions that lack a fold, and are left out
    images     : how many images the patients have together, None where unknown
    ceilings   : ceiling of each patient's DSC in %, Series, NaN or None where unknown
    cells      : for each fold a frame (repetitions × patients of the fold), DSC in %, with the
                 trainings of unfinished repetitions; None where ``fold`` is, or they are not known
    cell_digests : for each fold the weight digest of each training, None if not recorded
    """

    arm: str
    dsc: pd.DataFrame
    folds: int
    fold: np.ndarray | None
    digests: list | None
    unfinished: list
    images: int | None = None
    ceilings: pd.Series | None = None
    cells: dict | None = None
    cell_digests: dict | None = None

    def trainings(self):
        """The trainings of each fold: dict of fold → frame (repetitions × its patients), DSC in %.

        None where a patient was in two folds.
        """
        if self.fold is None or self.cells is not None:
            return self.cells
        return {fold: self.dsc.loc[:, self.fold == fold] for fold in np.unique(self.fold)}

    def same_people(self, other):
        """Whether other `Runs` have the same patients, dealt to the same folds."""
        mine, theirs = ([*r.dsc.columns] for r in (self, other))
        return mine == theirs and np.array_equal(self.fold, other.fold)

    @property
    def medians(self):
        """The median DSC in % of each run: Series by repetition."""
        return self.dsc.median(axis=1)

    @property
    def differ(self):
        """Whether any patient has another DSC in another run."""
        return bool(np.ptp(self.dsc.to_numpy(), axis=0).any())


def by_arm(table):
    """The whole runs of each arm of a checked table: dict of arm → Runs.

    A repetition that lacks a fold which another one of its arm has is left out, and so is an arm
    without a whole one.
    """
    found = {arm: _runs(arm, rows) for arm, rows in by_subject(table).groupby("arm", sort=False)}
    return {arm: runs for arm, runs in found.items() if len(runs.dsc)}


def by_subject(table):
    """The table with one row a subject and run: DSC, ceiling, volumes are means of its images.

    ``patient`` is the subject then, and ``images`` says how many there are. A table without the
    column ``subject`` is as it was.
    """
    if "subject" not in table:
        return table
    subject = table["subject"].where(table["subject"].notna(), table["patient"])
    if (subject == table["patient"]).all():
        return table
    table = table.assign(patient=subject)
    keys = [table[name] for name in ("arm", "repetition", "fold", "patient")]
    averaged = [name for name in _AVERAGED if name in table]
    means = table[averaged].groupby(keys).transform("mean")
    images = table["dsc_percent"].groupby(keys).transform("size")
    found = table.assign(**means, images=images)
    return found.drop_duplicates(["arm", "repetition", "fold", "patient"])


def unfinished(rows):
    """The repetitions of one arm's rows that lack a fold of it: list."""
    done = rows.groupby("repetition")["fold"].nunique()
    return list(done.index[done < rows["fold"].nunique()])


def left_out(table):
    """What the analysis of ``table`` leaves out and why: a list of sentences, empty if nothing."""
    kept, said = by_arm(table), []
    for arm, rows in table.groupby("arm", sort=False):
        gone = unfinished(rows)
        if gone:
            nothing = "" if arm in kept else "; nothing of this arm is left"
            said.append(
                f"{arm}: {len(gone)} of {rows['repetition'].nunique()} repetitions left out as "
                f"unfinished ({', '.join(map(str, gone))}){nothing}."
            )
    most = max((runs.dsc.shape[1] for runs in kept.values()), default=0)
    for arm, runs in kept.items():
        if runs.dsc.shape[1] < most:
            said.append(f"{arm}: {runs.dsc.shape[1]} patients where another arm has {most}.")
        if runs.fold is None:
            said.append(f"{arm}: patients change their fold, so nothing is said of fold × run.")
    return said


def _runs(arm, rows):
    gone = unfinished(rows)
    dsc = rows.pivot(index="repetition", columns="patient", values=DSC).drop(index=gone)
    fold = _folds(rows, dsc.columns)
    cells = None if fold is None else _cells(rows)
    return Runs(
        arm=arm,
        dsc=dsc,
        folds=rows["fold"].nunique(),
        fold=fold,
        digests=_digests(rows, dsc.index),
        unfinished=gone,
        images=_images(rows),
        ceilings=_ceilings(rows),
        cells=cells,
        cell_digests=_cell_digests(rows, cells),
    )


def _images(rows):
    patients = rows.drop_duplicates("patient")
    return int(patients["images"].sum()) if "images" in rows else len(patients)


def _ceilings(rows):
    if "ceiling_percent" not in rows:
        return pd.Series(np.nan, rows["patient"].unique())
    return rows.groupby("patient")["ceiling_percent"].first()


def _folds(rows, patients):
    folds = rows.drop_duplicates(["patient", "fold"]).set_index("patient")["fold"]
    return folds[list(patients)].to_numpy() if folds.index.is_unique else None


def _cells(rows):
    """The trainings by fold, without those of unfinished repetitions that lack a patient."""
    found = rows.groupby("fold")
    tables = {f: r.pivot(index="repetition", columns="patient", values=DSC) for f, r in found}
    return {fold: table.dropna() for fold, table in tables.items()}


def _cell_digests(rows, cells):
    if cells is None or "weights_sha256" not in rows or rows["weights_sha256"].isna().any():
        return None
    digest = rows.drop_duplicates(["repetition", "fold"]).set_index(["fold", "repetition"])
    return {f: [digest["weights_sha256"][f, r] for r in t.index] for f, t in cells.items()}


def _digests(rows, repetitions):
    if "weights_sha256" not in rows or rows["weights_sha256"].isna().any():
        return None
    cells = rows.drop_duplicates(["repetition", "fold"]).sort_values("fold")
    grouped = cells.groupby("repetition")["weights_sha256"].agg(tuple)
    return [grouped[r] for r in repetitions]
