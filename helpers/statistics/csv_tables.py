"""Tables that somebody hands over: a study's tidy one, and one as it was published; checked."""

import pandas as pd

from helpers.columns import CELL
from helpers.errors import InputError
from helpers.statistics.runs import by_arm

NEEDED = (*CELL, "patient", "dsc_percent")
PUBLISHED = {
    "repetition": "repetition",
    "median_dsc_percent": "median",
    "ci95_lower_percent": "lower",
    "ci95_upper_percent": "upper",
}
NUMBERS = MEDIAN, LOWER, UPPER = list(PUBLISHED)[1:]


def check_table(table, name):
    """The tidy table of a study, checked: columns ``NEEDED``, DSC in %, no gap.

    raises : InputError naming the column or the row that is wrong
    """
    lacking = [c for c in NEEDED if c not in table.columns]
    if lacking:
        raise InputError(f"{name} has no column {lacking[0]}: it needs {', '.join(NEEDED)}.")
    if table.empty:
        raise InputError(f"{name} has no row: run at least one repetition first.")
    _check_names(table, name)
    dsc = pd.to_numeric(table["dsc_percent"], errors="coerce")
    checked = table.assign(arm=table["arm"].astype(str), dsc_percent=dsc)
    _check_dsc(table, dsc, name)
    twice = table.duplicated(["arm", "repetition", "patient"])
    if twice.any():
        row = table[twice].iloc[0]
        raise InputError(f"{name}: {_cell(row)} occurs twice: give one row a patient and run.")
    _check_whole(table, name)
    return checked


def read_published(path, leave_out=("ICPR2018",)):
    """A published table: one row a repetition with repetition, median, lower, upper, DSC in %.

    The file is a CSV with the columns of the published one. Repetitions named in ``leave_out``
    are not read: ICPR2018 is an earlier paper's. Raises InputError naming row and column.
    """
    frame = _read_text(path)
    missing = [column for column in PUBLISHED if column not in frame.columns]
    if missing:
        raise InputError(f"{path} has no column {missing[0]}: it needs {', '.join(PUBLISHED)}.")
    frame = frame.loc[~frame["repetition"].isin(leave_out), list(PUBLISHED)]
    if frame.empty:
        raise InputError(f"{path} has no repetition: give one row for each.")
    for column in NUMBERS:
        frame[column] = _percent(frame[column], frame["repetition"], path)
    _check_rows(frame, path)
    return frame.rename(columns=PUBLISHED).reset_index(drop=True)


def _check_names(table, name):
    for column in NEEDED[:-1]:
        gaps = table.index[table[column].isna()]
        if len(gaps):
            raise InputError(f"{name}, row {gaps[0] + 1}: {column} is missing: give every row one.")


def _check_dsc(table, dsc, name):
    wrong = table[~dsc.between(0, 100)]
    if len(wrong):
        row = wrong.iloc[0]
        raise InputError(
            f"{name}: the DSC of {_cell(row)} is {row['dsc_percent']!r}: give a number from 0 to "
            "100 % (a missed breast is a DSC of 0)."
        )
    if dsc.max() <= 1:
        raise InputError(f"{name}: no DSC is above 1: give dsc_percent in %, not as fractions.")


def _check_whole(table, name):
    for arm, runs in by_arm(table).items():
        gaps = runs.dsc.isna().stack()
        if gaps.any():
            repetition, patient = gaps.index[gaps][0]
            raise InputError(
                f"{name}: the DSC of patient {patient} in repetition {repetition} of {arm} is "
                "missing, though all its folds are done: give a number for every patient."
            )


def _cell(row):
    return f"patient {row['patient']} in repetition {row['repetition']} of {row['arm']}"


def _read_text(path):
    try:
        return pd.read_csv(path, dtype=str, encoding="utf-8-sig", skipinitialspace=True)
    except (OSError, UnicodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise InputError(f"{path} cannot be read as a CSV table: {error}.") from error


def _percent(texts, repetitions, path):
    numbers = pd.to_numeric(texts, errors="coerce")
    for text, number, repetition, line in zip(
        texts, numbers, repetitions, texts.index, strict=True
    ):
        if not 0 <= number <= 100:
            raise InputError(
                f"{path}, line {line + 2}, repetition {repetition}: {texts.name} is {text!r}: "
                "give a DSC between 0 and 100 %."
            )
    return numbers


def _check_rows(frame, path):
    unordered = frame[(frame[LOWER] > frame[MEDIAN]) | (frame[MEDIAN] > frame[UPPER])]
    repeated = frame[frame["repetition"].duplicated() | frame["repetition"].isna()]
    if frame[UPPER].max() <= 1:
        raise InputError(f"{path}, column {UPPER}: none is above 1: give DSC in %, not fractions.")
    for rows, column, fault in (
        (unordered, MEDIAN, "is not between lower and upper bound"),
        (repeated, "repetition", "is missing or occurs twice"),
    ):
        if len(rows):
            found = f"{path}, line {rows.index[0] + 2}, column {column}"
            raise InputError(f"{found}: {rows.iloc[0][column]} {fault}.")
