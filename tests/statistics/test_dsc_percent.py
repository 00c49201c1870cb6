"""A DSC as it was written: in %, or a fraction by mistake, as far as that can be told."""

import numpy as np
import pandas as pd
import pytest

from helpers.statistics import dsc_percent


def _study(runs=3, patients=10, arms=("a", "b")):
    """A patient has 90 to 95 %, the same in every run but for a point."""
    rng = np.random.default_rng(0)
    rows = [
        (arm, run, p % 5, f"P{p}", 90 + p / 2 + rng.uniform(0, 1))
        for arm in arms
        for run in range(runs)
        for p in range(patients)
    ]
    return pd.DataFrame(rows, columns=["arm", "repetition", "fold", "patient", "dsc"])


def _found(table, dsc):
    numbers, signs = dsc_percent.numbers(dsc)
    return list(dsc_percent.fractions(table, numbers, signs))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("95.7", 95.7),
        (" 95.7 % ", 95.7),
        ("95.7%", 95.7),
        ("9.57e1", 95.7),
        (".5", 0.5),
        (95, 95.0),
        ("0", 0.0),
        (np.float32(0.5), 0.5),
    ],
)
def test_numbers_are_read_as_they_are_written(written, read):
    [number], [sign] = dsc_percent.numbers(pd.Series([written], dtype=object))
    assert number == read and sign == ("%" in str(written))


@pytest.mark.parametrize(
    "written", ["95,7", "1,095.7", "high", "", None, "nan", "inf", "95.7.1", "#DIV/0!", True, "%"]
)
def test_what_is_no_number_is_none(written):
    [number], _ = dsc_percent.numbers(pd.Series([written], dtype=object))
    assert np.isnan(number) and not dsc_percent.is_range(pd.Series([number]))[0]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("95,7", "is '95,7': write a decimal point"),
        ("1,095.7 %", "write a decimal point, and no thousands separators"),
        ("high", "is 'high': give a number from 0 to 100 %"),
        ("", "is missing: give a number"),
        (None, "is missing: give a number"),
        (101.0, "is '101.0': give a number"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(written, said):
    assert said in dsc_percent.fault(written)


@pytest.mark.parametrize(
    "part",
    [
        lambda t: t["arm"] == "b",
        lambda t: (t["arm"] == "a") & (t["repetition"] == 1),
        lambda t: (t["arm"] == "b") & (t["repetition"] == 2) & (t["fold"] == 3),
        lambda t: t["patient"] == "P4",
        lambda t: t.index == 17,
        lambda t: t.index % 2 == 0,
        lambda t: t.index != 5,
        lambda t: t.index >= 0,
    ],
    ids=["arm", "run", "fold", "patient", "row", "every other row", "all but one", "all"],
)
def test_whatever_part_is_in_fractions_the_first_of_it_is_found(part):
    table = _study()
    wrong = np.asarray(part(table))
    found = _found(table, table["dsc"].where(~wrong, table["dsc"] / 100))
    assert found[0] == np.flatnonzero(wrong)[0] and set(found) <= set(np.flatnonzero(wrong))


def test_half_of_the_patients_of_a_single_run_are_found():
    table = _study(runs=1, arms=["a"])
    assert _found(table, table["dsc"].where(table.index < 5, table["dsc"] / 100)) == [5, 6, 7, 8, 9]


@pytest.mark.parametrize("low", [0.0, 0.02, 0.4, 0.8, 1.0])
def test_a_patient_who_was_nearly_missed_once_passes(low):
    table = _study()
    assert _found(table, table["dsc"].where(table.index != 17, low)) == []


def test_a_fold_that_was_nearly_missed_and_one_that_was_missed_pass():
    table = _study()
    failed = (table["repetition"] == 1) & (table["fold"] == 2)
    assert _found(table, table["dsc"].where(~failed, table.index % 7 / 10)) == []
    assert _found(table, table["dsc"].where(table["repetition"] != 1, 0.0)) == []


def test_a_patient_who_is_nearly_missed_every_time_passes():
    table = _study()
    low = np.random.default_rng(1).uniform(0, 0.6, len(table))
    assert _found(table, table["dsc"].where(table["patient"] != "P4", low)) == []


def test_a_percent_sign_says_that_it_is_that_low():
    table = _study(runs=1, arms=["a"])
    assert _found(table, table["dsc"] / 100) == list(range(10))
    assert _found(table, (table["dsc"] / 100).astype(str) + " %") == []


def test_a_missed_breast_in_every_run_is_no_fraction():
    table = _study()
    assert _found(table, table["dsc"] * 0) == []


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([[95.8, 95.2, 96.4], [95.9, 95.1, 96.3]], []),
        ([[95.8, 95.2, 96.4], [0.959, 0.951, 0.963]], [[1, 0], [1, 1], [1, 2]]),
        ([[95.8, 95.2, 96.4], [95.9, 0.951, 96.3]], [[1, 1]]),
        ([[0.5, 0.4, 0.6]], [[0, 0], [0, 1], [0, 2]]),
        ([[60.0, 0.4, 96.4], [95.9, 95.1, 96.3]], []),
    ],
)
def test_a_published_table_is_looked_at_row_by_row(rows, found):
    rows = pd.DataFrame(rows)
    signs = pd.DataFrame(False, rows.index, rows.columns)
    assert dsc_percent.published_fractions(rows, signs).tolist() == found
    assert not len(dsc_percent.published_fractions(rows, ~signs))
