"""Names of rows: which are patients, which sum up others, which are numbers."""

import pandas as pd
import pytest

from helpers.errors import InputError
from helpers.statistics import csv_names

SUMMING = ["mean", "Mean", "MEAN DSC", "mean of run 3", "overall mean", "fold mean", "mean ± SD"]
SUMMING += ["Average", "avg", "Median", "SD", "std. dev.", "Total", "total (n = 42)", "sum", "All"]
SUMMING += ["Mittelwert", "Standardabweichung", "Durchschnitt", "Summe", "Ergebnis", "25%", "max"]
SUMMING += ["moyenne", "Écart type", "Mediana", "promedio", "gemiddelde", "平均", "Σ"]
PATIENTS = ["P01", "01", "1", "NA", "nan", "None", "SD12", "SD 12", "Max 2", "N1", "patient 3"]
PATIENTS += ["BreastDx-01-0007", "Dr. Mean", "Meaney", "2018-01-05", "Totalini", "ward 3", "ÄÖ"]


@pytest.mark.parametrize("name", SUMMING)
def test_a_row_that_sums_up_others_is_seen(name):
    assert csv_names.is_summary(name)


@pytest.mark.parametrize("name", PATIENTS)
def test_a_patient_is_none(name):
    assert not csv_names.is_summary(name)


def test_names_are_texts_without_spaces_at_their_ends():
    column = pd.Series([1, "01", " P 1 ", "a\nb", None, float("nan"), "nan", 1.5], dtype=object)
    assert list(csv_names.texts(column)) == ["1", "01", "P 1", "a b", "", "", "nan", "1.5"]


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        (["0", "1", "10"], [0, 1, 10]),
        (["0.0", "1.0"], [0, 1]),
        (["00", "01"], [0, 1]),
        (["Rep.01", "Rep.02"], ["Rep.01", "Rep.02"]),
    ],
)
def test_all_numbers_are_numbers_and_names_stay_names(given, taken):
    found = csv_names.numbered(pd.DataFrame({"fold": given}), "fold", "x")
    assert list(found) == taken


@pytest.mark.parametrize("odd", ["x", "1.5", "-1", "inf", "1e3", "1,000", "ten"])
def test_what_is_no_number_among_numbers_is_refused_by_its_row(odd):
    table = pd.DataFrame({"repetition": ["0", odd, "1"]}, index=pd.Index([2, 3, 4], name="line"))
    said = f"x.csv, line 3, column repetition: '{odd}' is no whole number, .*: number every"
    with pytest.raises(InputError, match=said):
        csv_names.numbered(table, "repetition", "x.csv")


@pytest.mark.parametrize("nothing", ["nan", "NaN", "N/A", "null", "None", ""])
def test_a_number_that_says_nothing_is_missing(nothing):
    table = pd.DataFrame({"fold": ["0", nothing]})
    with pytest.raises(InputError, match="x, row 2: fold is missing: give"):
        csv_names.numbered(table, "fold", "x")


def test_an_arm_may_be_called_so_where_its_row_has_all_names():
    columns = ["arm", "repetition", "fold", "patient"]
    table = pd.DataFrame([["mean", "0", "0", "P1"]], columns=columns)
    csv_names.refuse_summaries(table, columns, "x")
    with pytest.raises(InputError, match="row 1, column arm: 'mean' sums up other rows: delete"):
        csv_names.refuse_summaries(table.assign(fold=""), columns, "x")
