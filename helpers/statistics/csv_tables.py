"""Tables that somebody hands over: a study's tidy one, and one as it was published; checked."""

from pathlib import Path

import numpy as np
import pandas as pd

from helpers.columns import CELL, COLUMNS
from helpers.errors import InputError
from helpers.statistics import csv_names, csv_text, dsc_percent
from helpers.statistics.csv_folds import alike
from helpers.statistics.csv_text import where
from helpers.statistics.runs import by_arm

NAMES = (*CELL, "patient")
NEEDED = (*NAMES, "dsc_percent")
PUBLISHED = {
    "repetition": "repetition",
    "median_dsc_percent": "median",
    "ci95_lower_percent": "lower",
    "ci95_upper_percent": "upper",
}
NUMBERS = MEDIAN, LOWER, UPPER = list(PUBLISHED)[1:]
DIGEST = "weights_sha256"
SUBJECT = "subject"
OTHERS = [c for c in COLUMNS if c.each and c.kind is float and c.name not in NEEDED]


def read_study(path):
    """The tidy table of a study that a CSV file holds, checked as by `check_table`.

    raises : InputError naming the file, line and column that is wrong
    """
    return check_table(csv_text.read(path), str(path))


def is_published(path):
    """Whether a path names a published table: a CSV with its column of medians, and no folder.

    raises : InputError naming the file when it is no CSV
    """
    return not Path(path).is_dir() and MEDIAN in _headers(csv_text.read(path))


def check_table(table, name, recorded=False):
    """The tidy table of a study, checked: columns ``NEEDED``, DSC in %, no gap.

    Names are texts, repetitions and folds numbers where all are. Folds that are numbered on through
    repetitions or arms are numbered from 0 in each.

    name     : what messages call the table
    recorded : whether it is a ledger's, whose units and names are known; else fractions and rows
               that sum up others are refused
    raises   : InputError naming the column or the row that is wrong
    """
    table = _headed(table, NEEDED, name)
    if table.empty:
        raise InputError(f"{name} has no row: run at least one repetition first.")
    if table.index.name != csv_text.LINE:
        table = table.reset_index(drop=True)
    table = _named(table, name, recorded)
    table = table.assign(dsc_percent=_dsc(table, name, recorded), **_others(table, name))
    twice = np.flatnonzero(table.duplicated(["arm", "repetition", "patient"]))
    if len(twice):
        place, cell = where(table, name, twice[0]), _cell(table, twice[0])
        raise InputError(f"{place}: {cell} occurs twice: give one row a patient and run.")
    _check_digests(table, name)
    if not recorded:
        table = table.assign(fold=alike(table, name))
    _check_subjects(table, name)
    _check_whole(table, name)
    return table.reset_index(drop=True)


def read_published(path, leave_out=("ICPR2018",)):
    """A published table: one row a repetition with repetition, median, lower, upper, DSC in %.

    The file is a CSV with the columns of the published one. Repetitions named in ``leave_out``
    are not read: ICPR2018 is an earlier paper's. Raises InputError naming row and column.
    """
    frame = _headed(csv_text.read(path), PUBLISHED, path)[list(PUBLISHED)]
    frame = frame[~frame["repetition"].isin(leave_out)]
    if frame.empty:
        raise InputError(f"{path} has no repetition: give one row for each.")
    csv_names.refuse_summaries(frame, ["repetition"], path)
    csv_names.refuse_gaps(frame, ["repetition"], path)
    read = {column: dsc_percent.numbers(frame[column]) for column in NUMBERS}
    rows = pd.DataFrame({column: numbers for column, (numbers, _) in read.items()})
    for column in NUMBERS:
        wrong = np.flatnonzero(~dsc_percent.is_range(rows[column]))
        if len(wrong):
            value = frame[column].iloc[wrong[0]]
            raise InputError(_published(frame, path, wrong[0], column, dsc_percent.fault(value)))
    _check_published(frame, rows, pd.DataFrame({c: signs for c, (_, signs) in read.items()}), path)
    return frame.assign(**rows).rename(columns=PUBLISHED).reset_index(drop=True)


def _headers(table):
    return [" ".join(str(column).split()).lower() for column in table.columns]


def _headed(table, needed, name):
    columns = _headers(table)
    twice = [column for n, column in enumerate(columns) if column in columns[:n]]
    if twice:
        raise InputError(f"{name} has two columns called {twice[0]}: delete or rename one.")
    lacking = [column for column in needed if column not in columns]
    if lacking:
        raise InputError(
            f"{name} has no column {lacking[0]}: it needs {', '.join(needed)}, and its first line "
            f"holds {', '.join(map(repr, columns))}."
        )
    return table.set_axis(columns, axis=1)


def _named(table, name, recorded):
    table = table.assign(**{column: csv_names.texts(table[column]) for column in NAMES})
    if not recorded:
        csv_names.refuse_summaries(table, NAMES, name)
    csv_names.refuse_gaps(table, NAMES, name)
    numbers = {c: csv_names.numbered(table, c, name) for c in ("repetition", "fold")}
    return table.assign(**numbers)


def _dsc(table, name, recorded):
    numbers, signs = dsc_percent.numbers(table["dsc_percent"])
    wrong, fault = np.flatnonzero(~dsc_percent.is_range(numbers)), dsc_percent.fault
    values = table["dsc_percent"]
    if not len(wrong) and not recorded:
        wrong, fault = dsc_percent.fractions(table, numbers, signs), dsc_percent.fraction_fault
        values = numbers
    if len(wrong):
        place, cell = where(table, name, wrong[0]), _cell(table, wrong[0])
        raise InputError(
            f"{place}, column dsc_percent: the DSC of {cell} {fault(values.iloc[wrong[0]])}."
        )
    return numbers


def _others(table, name):
    """What else is measured as floats, NaN where it is missing; digests, None where missing.

    The subject is the patient where none is named.
    """
    found = {}
    for column in (c for c in OTHERS if c.name in table.columns):
        values = table[column.name]
        numbers, _ = dsc_percent.numbers(values)
        given = ~csv_names.is_missing(values)
        wrong = np.flatnonzero(given & ~numbers.between(column.lowest, column.highest))
        if len(wrong):
            raise InputError(
                f"{where(table, name, wrong[0])}, column {column.name}: "
                f"{str(values.iloc[wrong[0]])!r} is no number from {column.lowest:g} to "
                f"{column.highest:g} {column.unit}: give one, or leave it empty."
            )
        found[column.name] = numbers
    if SUBJECT in table.columns:
        subjects = csv_names.texts(table[SUBJECT])
        found[SUBJECT] = subjects.where(subjects != "", table["patient"])
    if DIGEST in table.columns:
        found[DIGEST] = table[DIGEST].mask(csv_names.is_missing(table[DIGEST]), None)
    return found


def _check_digests(table, name):
    if DIGEST not in table.columns:
        return
    first = table.groupby(list(CELL))[DIGEST].transform("first")
    odd = np.flatnonzero(table[DIGEST].notna() & (table[DIGEST] != first))
    if len(odd):
        raise InputError(
            f"{where(table, name, odd[0])}, column {DIGEST}: {_cell(table, odd[0])} has another "
            "than the rest of its fold: give all patients of a training the same."
        )


def _check_subjects(table, name):
    """Raise InputError where images of one subject are judged by networks of two folds."""
    if SUBJECT not in table.columns:
        return
    first = table.groupby(["arm", "repetition", SUBJECT])["fold"].transform("first")
    odd = np.flatnonzero(table["fold"] != first)
    if len(odd):
        subject = table[SUBJECT].iloc[odd[0]]
        raise InputError(
            f"{where(table, name, odd[0])}, column {SUBJECT}: {_cell(table, odd[0])} is in another "
            f"fold than the rest of {subject}: the network of either has seen that subject; deal "
            "subjects to folds, not images."
        )


def _check_whole(table, name):
    for arm, runs in by_arm(table.drop(columns=SUBJECT, errors="ignore")).items():
        gaps = runs.dsc.isna().stack()
        if gaps.any():
            repetition, patient = gaps.index[gaps][0]
            raise InputError(
                f"{name}: the DSC of patient {patient} in repetition {repetition} of {arm} is "
                "missing, though all its folds are done: give a number for every patient."
            )


def _cell(table, position):
    row = table.iloc[position]
    return f"patient {row['patient']} in repetition {row['repetition']} of {row['arm']}"


def _published(frame, path, row, column, fault):
    repetition = frame["repetition"].iloc[row]
    return f"{where(frame, path, row)}, repetition {repetition}: {column} {fault}."


def _check_published(frame, rows, signs, path):
    found = dsc_percent.published_fractions(rows, signs)
    if len(found):
        row, column = found[0]
        fault = dsc_percent.fraction_fault(rows.iat[row, column])
        raise InputError(_published(frame, path, row, NUMBERS[column], fault))
    unordered = (rows[LOWER] > rows[MEDIAN]) | (rows[MEDIAN] > rows[UPPER])
    for wrong, column, fault in (
        (unordered, MEDIAN, "is not between lower and upper bound: look which of them is wrong"),
        (frame["repetition"].duplicated(), "repetition", "occurs twice: give one row for each"),
    ):
        if wrong.any():
            row = int(wrong.to_numpy().argmax())
            raise InputError(_published(frame, path, row, column, fault))
