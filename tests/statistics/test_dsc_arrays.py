"""What the statistics refuse to count with."""

import numpy as np
import pandas as pd
import pytest

from helpers.errors import InputError
from helpers.statistics.dsc_arrays import (
    dsc_table,
    dsc_values,
    fold_codes,
    margin_points,
    names,
    positive,
)


def test_numbers_pass_unchanged_and_whole_numbers_become_floats():
    assert dsc_table([[1, 2], [3, 4]]).dtype == float
    assert np.array_equal(dsc_table(pd.DataFrame([[1.5, 2.5]])), [[1.5, 2.5]])


def test_a_frame_names_its_repetitions_and_patients():
    assert names(pd.DataFrame([[1.0]], index=["Rep.01"], columns=["P1"])) == (["Rep.01"], ["P1"])
    assert names(np.ones((2, 3))) == ([0, 1], [0, 1, 2])


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_value_that_is_no_number_is_named_never_dropped(bad):
    table = np.full((3, 4), 95.0)
    table[2, 1] = bad
    with pytest.raises(InputError, match="patient 1 in repetition 2"):
        dsc_table(table)
    with pytest.raises(InputError, match="patient 1 "):
        dsc_values(table[2], "patient")


def test_a_missing_value_among_objects_is_named_too():
    with pytest.raises(InputError, match="patient 1 in repetition 0"):
        dsc_table(pd.DataFrame([[1.0, None]], dtype=object))


@pytest.mark.parametrize("values", [[], 95.0, [[95.0]], ["a"]])
def test_what_is_no_row_of_numbers_is_refused(values):
    with pytest.raises(InputError, match="DSC of"):
        dsc_values(values, "patient")


def test_folds_may_be_called_anything():
    assert list(fold_codes(["b", "a", "b"], 3)) == [1, 0, 1]
    assert list(fold_codes([30, 10, 20], 3)) == [2, 0, 1]


@pytest.mark.parametrize("fold", [[0, 1], [0, 1, None], [0, 1, np.nan], 3])
def test_every_patient_needs_one_fold(fold):
    with pytest.raises(InputError, match="fold"):
        fold_codes(fold, 3)


@pytest.mark.parametrize("value", [0, -0.5, np.nan, np.inf, None, "wide"])
def test_only_a_finite_number_above_zero_is_positive(value):
    with pytest.raises(InputError, match="margin"):
        positive(value, "margin")


@pytest.mark.parametrize(("value", "taken"), [("0.5", 0.5), (100, 100), (1e-9, 1e-9)])
def test_a_margin_is_points_of_dsc(value, taken):
    assert margin_points(value) == taken


@pytest.mark.parametrize("value", [1e308, 100.01, 0, "wide"])
def test_a_margin_beyond_all_dsc_is_refused(value):
    with pytest.raises(InputError, match="margin is .*: give"):
        margin_points(value)
