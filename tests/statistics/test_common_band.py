"""The common band under shuffles that keep each fold's model together."""

import numpy as np
import pytest

from helpers.errors import InputError
from helpers.statistics.common_band import null_band
from helpers.statistics.intervals import overlap, overlap_table
from helpers.statistics.simulation import Truth, simulate

FOLD = Truth().fold()


def test_runs_that_do_not_differ_are_rejected_5_percent_of_the_time():
    tables = simulate(Truth(), 1, 300)
    p = [null_band(table, FOLD, rng=1, shuffles=99).p for table in tables]
    assert np.mean(np.array(p) <= 0.05) == pytest.approx(0.05, abs=0.035)


def test_a_run_that_is_far_off_is_seen():
    table = simulate(Truth(), 2, shift=3.0)[0]
    found = null_band(table, FOLD, rng=1)
    assert found.p < 0.05 and found.spare < found.spare_range[0]
    assert found.spare == overlap(overlap_table(table)).spare
    assert "points to spare" in str(found)


def test_identical_runs_have_a_null_band_of_one_value():
    table = np.tile(simulate(Truth(), 3)[0][0], (4, 1))
    found = null_band(table, FOLD, rng=1, shuffles=99)
    assert found.spare_range == (found.spare, found.spare) and found.p == 1


def test_one_fold_can_only_be_shuffled_as_a_whole():
    table = simulate(Truth(runs=3), 4)[0]
    found = null_band(table, np.zeros(42, int), rng=1, shuffles=99)
    assert found.spare_range == pytest.approx((found.spare, found.spare))


def test_the_shuffles_obey_their_seed():
    table = simulate(Truth(), 5)[0]
    first, again, other = (null_band(table, FOLD, rng=s, shuffles=99) for s in (1, 1, 2))
    assert first == again and first != other


def test_a_width_that_only_rounding_makes_smaller_counts_as_equal():
    tenths = np.array([[4, 0, 0, 1, 0, 4], [4, 2, 0, 0, 1, 2], [3, 2, 1, 0, 3, 3]])
    exact = null_band(900 + tenths, np.arange(6), rng=1, shuffles=200).p
    assert null_band(90 + tenths / 10, np.arange(6), rng=1, shuffles=200).p == exact == 159 / 201


def test_five_patients_are_too_few():
    with pytest.raises(InputError, match="five|5 patients"):
        null_band(np.ones((3, 5)), np.arange(5), rng=1)
