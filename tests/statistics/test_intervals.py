"""The paper's analysis against published numbers and slow, obvious versions."""

from math import comb

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.errors import InputError
from helpers.statistics.csv_tables import read_published
from helpers.statistics.intervals import bounds, overlap, overlap_table, ranks

PUBLISHED = "helpers/reference/published_table.csv"
MOUSE_TREATMENT = [94, 197, 16, 38, 99, 141, 23]  # Efron and Tibshirani 1993, table 2.1


def _bootstrapped(dsc, statistic, rng=1):
    """A slow obvious way to an interval: (lower, upper, standard error) of a statistic."""
    draws = np.random.default_rng(rng).choice(dsc, (20_000, len(dsc)))
    found = statistic(draws, axis=1)
    return (*np.quantile(found, [0.025, 0.975]), found.std(ddof=1))


@pytest.mark.parametrize(
    ("patients", "low", "high"),
    [(10, 2, 9), (20, 6, 15), (42, 15, 28), (50, 18, 33), (100, 40, 61)],
)
def test_the_ranks_are_those_of_the_printed_tables(patients, low, high):
    assert ranks(patients) == (low, high)


def test_42_patients_cover_the_median_with_95_64_percent_and_no_narrower_ranks_do():
    low, high = ranks(42)
    covered = [sum(comb(42, k) for k in range(int(low) + n, int(high) - n)) / 2**42 for n in (0, 1)]
    assert covered[0] == pytest.approx(0.9564, abs=5e-5) and covered[1] < 0.95


def test_the_bounds_are_the_15th_and_28th_of_42_patients():
    dsc = np.random.default_rng(0).normal(96, 1, 42)
    assert bounds(dsc) == (sorted(dsc)[14], sorted(dsc)[27])
    [median] = overlap_table(dsc[None])["median"]
    assert median == pytest.approx((sorted(dsc)[20] + sorted(dsc)[21]) / 2)


def test_the_interval_holds_the_true_median_as_often_as_it_says():
    table = overlap_table(np.random.default_rng(1).normal(96, 1, (2000, 42)))
    held = ((table["lower"] <= 96) & (table["upper"] >= 96)).mean()
    assert held == pytest.approx(0.9564, abs=4 * np.sqrt(0.9564 * 0.0436 / 2000))


def test_with_five_patients_there_is_no_interval_and_the_sentence_says_so():
    table = overlap_table([[90, 91, 92, 93, 94.0]])
    assert table["median"].tolist() == [92] and table[["lower", "upper"]].isna().all(axis=None)
    assert overlap(table).overlaps is None and "no interval" in str(overlap(table))


def test_ties_and_constant_rows_give_plain_intervals():
    table = overlap_table(np.full((3, 42), 96.0))
    assert table[["lower", "median", "upper"]].to_numpy().tolist() == [[96, 96, 96]] * 3
    assert overlap(table).spare == 0


def test_a_table_row_is_the_interval_of_that_repetition():
    x = pd.DataFrame(
        np.random.default_rng(2).normal(96, 1, (3, 20)), index=["Rep.01", "Rep.02", "Rep.03"]
    )
    table = overlap_table(x)
    assert list(table["repetition"]) == ["Rep.01", "Rep.02", "Rep.03"]
    for row in table.itertuples():
        one = np.sort(x.loc[row.repetition])
        assert (row.lower, row.upper) == (one[5], one[14]) and row.median == np.median(one)


def test_the_published_intervals_overlap_with_067_points_to_spare():
    table = read_published(PUBLISHED)
    found = overlap(table)
    assert list(table["repetition"]) == [f"Rep.{n:02}" for n in range(1, 11)]
    assert (found.max_lower, found.min_upper, found.overlaps) == (95.69, 96.36, True)
    assert found.spare == pytest.approx(0.67)
    assert "0.67 points" in str(found)


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


def test_the_slow_bootstrap_has_the_exact_standard_errors_of_the_mouse_data():
    assert _bootstrapped(MOUSE_TREATMENT, np.median)[2] == pytest.approx(37.83, rel=0.02)
    assert _bootstrapped(MOUSE_TREATMENT, np.mean)[2] == pytest.approx(23.36, rel=0.02)


def test_order_statistics_and_percentile_bootstrap_of_the_median_agree():
    dsc = stats.norm(96, 1).ppf((np.arange(42) + 0.5) / 42)
    assert bounds(dsc) == pytest.approx(_bootstrapped(dsc, np.median)[:2], abs=0.1)


def test_a_missing_dsc_is_refused_by_patient_and_repetition():
    x = pd.DataFrame(np.full((3, 4), 95.0), index=["r1", "r2", "r3"], columns=list("abcd"))
    x.iloc[1, 2] = np.nan
    with pytest.raises(InputError, match=r"patient 2 \(c\) in repetition 1 \(r2\)"):
        overlap_table(x)
    with pytest.raises(InputError, match="patient 2 in repetition 1 is nan"):
        overlap_table(x.to_numpy())


@pytest.mark.parametrize("table", [[], [[]], [1.0, 2.0], [["a", "b"]]])
def test_what_is_no_table_is_refused(table):
    with pytest.raises(InputError, match="table of DSC"):
        overlap_table(table)


def test_a_table_without_bounds_is_refused():
    with pytest.raises(InputError, match="no upper"):
        overlap(pd.DataFrame({"lower": [1.0]}))
