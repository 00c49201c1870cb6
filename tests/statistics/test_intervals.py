"""The paper's analysis against published numbers and slow, obvious versions."""

from math import comb
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import helpers.reference
from helpers.errors import InputError
from helpers.statistics.intervals import (
    bootstrap_interval,
    median_interval,
    overlap,
    overlap_table,
    ranks,
    read_published,
)

PUBLISHED = Path(helpers.reference.__file__).parent / "published_table.csv"
HEADER = "repetition,median_dsc_percent,ci95_lower_percent,ci95_upper_percent\n"
MOUSE_TREATMENT = [94, 197, 16, 38, 99, 141, 23]  # Efron and Tibshirani 1993, table 2.1


def _file(tmp_path, rows):
    path = tmp_path / "table.csv"
    path.write_text(HEADER + rows, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("patients", "low", "high"),
    [(10, 2, 9), (20, 6, 15), (42, 15, 28), (50, 18, 33), (100, 40, 61)],
)
def test_the_ranks_are_those_of_the_printed_tables(patients, low, high):
    assert ranks(patients) == (low, high)


def test_42_patients_cover_the_median_with_95_64_percent():
    by_hand = sum(comb(42, k) for k in range(15, 28)) / 2**42
    found = median_interval(np.arange(42.0))
    assert found.coverage == pytest.approx(by_hand) == pytest.approx(0.9564, abs=5e-5)


def test_the_bounds_are_the_15th_and_28th_of_42_patients():
    dsc = np.random.default_rng(0).normal(96, 1, 42)
    found = median_interval(dsc)
    assert (found.lower, found.upper) == (sorted(dsc)[14], sorted(dsc)[27])
    assert found.median == pytest.approx((sorted(dsc)[20] + sorted(dsc)[21]) / 2)


def test_the_interval_holds_the_true_median_as_often_as_it_says():
    table = overlap_table(np.random.default_rng(1).normal(96, 1, (2000, 42)))
    held = ((table["lower"] <= 96) & (table["upper"] >= 96)).mean()
    assert held == pytest.approx(0.9564, abs=4 * np.sqrt(0.9564 * 0.0436 / 2000))


def test_with_five_patients_there_is_no_interval_and_the_sentence_says_so():
    found = median_interval([90, 91, 92, 93, 94.0])
    assert np.isnan([found.lower, found.upper, found.coverage]).all()
    assert "too few patients" in str(found)
    assert overlap(overlap_table([[90, 91.0]])).overlaps is None


def test_ties_and_constant_rows_give_plain_intervals():
    found = median_interval([96.0] * 42)
    assert (found.lower, found.median, found.upper) == (96, 96, 96)
    assert overlap(overlap_table(np.full((3, 42), 96.0))).spare == 0


def test_a_table_row_is_the_interval_of_that_repetition():
    x = pd.DataFrame(
        np.random.default_rng(2).normal(96, 1, (3, 20)), index=["Rep.01", "Rep.02", "Rep.03"]
    )
    table = overlap_table(x)
    assert list(table["repetition"]) == ["Rep.01", "Rep.02", "Rep.03"]
    for row in table.itertuples():
        one = median_interval(x.loc[row.repetition])
        assert (row.median, row.lower, row.upper) == (one.median, one.lower, one.upper)


def test_the_published_intervals_overlap_with_067_points_to_spare():
    table = read_published(PUBLISHED)
    found = overlap(table)
    assert list(table["repetition"]) == [f"Rep.{n:02}" for n in range(1, 11)]
    assert (found.max_lower, found.min_upper, found.overlaps) == (95.69, 96.36, True)
    assert found.spare == pytest.approx(0.67)
    assert "0.67 points" in str(found)


def test_the_earlier_procedure_is_read_only_when_asked_for():
    assert "ICPR2018" in set(read_published(PUBLISHED, leave_out=())["repetition"])


def test_intervals_that_touch_overlap_and_those_apart_do_not():
    touching = overlap(pd.DataFrame({"lower": [90.0, 92.0], "upper": [92.0, 95.0]}))
    apart = overlap(pd.DataFrame({"lower": [90.0, 93.0], "upper": [92.0, 95.0]}))
    assert touching.overlaps and touching.spare == 0
    assert not apart.overlaps and apart.spare == -1
    assert "do not overlap" in str(apart)


def test_shift_and_order_of_patients_change_nothing_but_the_place():
    rng = np.random.default_rng(3)
    x = rng.normal(90, 1, (5, 42))
    before = overlap(overlap_table(x))
    after = overlap(overlap_table(x[:, rng.permutation(42)] + 3))
    assert after.spare == pytest.approx(before.spare)
    assert after.max_lower == pytest.approx(before.max_lower + 3)


def test_the_bootstrap_finds_the_exact_standard_errors_of_the_mouse_data():
    median = bootstrap_interval(MOUSE_TREATMENT, rng=1, resamples=20_000)
    mean = bootstrap_interval(MOUSE_TREATMENT, rng=1, statistic=np.mean, resamples=20_000)
    assert median[2] == pytest.approx(37.83, rel=0.02)
    assert mean[2] == pytest.approx(23.36, rel=0.02)


def test_the_bootstrap_obeys_its_seed():
    dsc = np.random.default_rng(4).normal(96, 1, 41)
    first, again, other = (bootstrap_interval(dsc, rng=s, resamples=500) for s in (1, 1, 2))
    assert first == again and first != other


def test_order_statistics_and_percentile_bootstrap_of_the_median_agree():
    dsc = stats.norm(96, 1).ppf((np.arange(42) + 0.5) / 42)
    one, two = median_interval(dsc), bootstrap_interval(dsc, rng=1)
    assert (one.lower, one.upper) == pytest.approx(two[:2], abs=0.1)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("Rep.01,95.8,95.2,96.4\nRep.02,96.1,oops,96.7\n", "line 3.*Rep.02.*ci95_lower_percent"),
        ("Rep.01,95.8,95.2,\n", "line 2.*Rep.01.*ci95_upper_percent"),
        ("Rep.01,97.8,95.2,96.4\n", "line 2.*median_dsc_percent"),
        ("Rep.01,95.8,95.2,960\n", "line 2.*ci95_upper_percent"),
        ("Rep.01,.958,.952,.964\n", "not fractions"),
        ("A,95.8,95.2,96.4\nA,95.8,95.2,96.4\n", "line 3.*repetition.*twice"),
        ("", "no repetition"),
    ],
)
def test_a_wrong_published_table_is_refused_by_row_and_column(tmp_path, rows, told):
    with pytest.raises(InputError, match=told):
        read_published(_file(tmp_path, rows))


def test_a_missing_file_and_a_missing_column_are_named(tmp_path):
    with pytest.raises(InputError, match="nowhere.csv"):
        read_published(tmp_path / "nowhere.csv")
    other = tmp_path / "other.csv"
    other.write_text("repetition,median\nA,95\n")
    with pytest.raises(InputError, match="median_dsc_percent"):
        read_published(other)


def test_a_missing_dsc_is_refused_by_patient_and_repetition():
    x = pd.DataFrame(np.full((3, 4), 95.0), index=["r1", "r2", "r3"], columns=list("abcd"))
    x.iloc[1, 2] = np.nan
    with pytest.raises(InputError, match=r"patient 2 \(c\) in repetition 1 \(r2\)"):
        overlap_table(x)
    with pytest.raises(InputError, match="patient 2 in repetition 1 is nan"):
        overlap_table(x.to_numpy())


@pytest.mark.parametrize("level", [0, 1, 95])
def test_a_level_that_is_no_fraction_is_refused(level):
    with pytest.raises(InputError, match="level"):
        median_interval([1.0, 2.0], level)


@pytest.mark.parametrize("table", [[], [[]], [1.0, 2.0], [["a", "b"]]])
def test_what_is_no_table_is_refused(table):
    with pytest.raises(InputError, match="table of DSC"):
        overlap_table(table)


def test_a_table_without_bounds_is_refused():
    with pytest.raises(InputError, match="no upper"):
        overlap(pd.DataFrame({"lower": [1.0]}))
