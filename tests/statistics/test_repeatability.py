"""Bitwise groups and the run level against the published ten and slow, obvious versions."""

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import helpers.reference
from helpers.errors import InputError
from helpers.statistics.csv_tables import read_published
from helpers.statistics.repeatability import dsc_digests, run_level, sd_factors

PUBLISHED = read_published(Path(helpers.reference.__file__).parent / "published_table.csv")


def test_the_published_ten_are_not_shown_to_be_repeatable_within_half_a_point():
    found = run_level(PUBLISHED["median"])
    assert found.run_sd == pytest.approx(0.150366, abs=5e-7)
    assert found.run_sd_ci == pytest.approx((0.103, 0.275), abs=5e-4)
    assert found.rc == pytest.approx(0.4168, abs=5e-5)
    assert found.rc_upper == pytest.approx(0.69, abs=5e-3)
    assert found.prediction_interval == pytest.approx((95.63, 96.35), abs=5e-3)
    assert found.verdict == "not shown"
    assert "0.150 points" in str(found)


def test_a_wider_margin_would_have_passed():
    assert run_level(PUBLISHED["median"], margin=0.7).verdict == "repeatable within ±0.7 points"


def test_the_verdict_turns_exactly_at_the_upper_bound_of_rc():
    bound = run_level(PUBLISHED["median"]).rc_upper
    assert run_level(PUBLISHED["median"], margin=bound).verdict == "not shown"
    assert run_level(PUBLISHED["median"], margin=bound * 1.0001).verdict.startswith("repeatable")


def test_identical_runs_are_called_identical_without_a_bound():
    found = run_level([95.1] * 10, digests=["a"] * 10)
    assert (found.verdict, found.identical, found.run_sd, found.rc_upper) == (
        "identical",
        True,
        0,
        0,
    )
    assert run_level([95.1] * 10).verdict == "identical"
    assert "Identical" in str(found)


def test_equal_medians_of_different_weights_are_not_called_identical():
    found = run_level([95.1, 95.1, 95.1], digests=["a", "b", "c"])
    assert not found.identical and found.verdict == "not shown"


def test_different_medians_of_equal_digests_are_not_called_identical():
    assert not run_level([95.1, 95.4], digests=["a", "a"]).identical


def test_fewer_digests_than_runs_mark_the_intervals_as_not_valid():
    found = run_level([95.1, 95.1, 95.3], digests=["a", "a", "b"])
    assert found.distinct == 2 and not found.valid
    assert "not valid" in str(found)
    assert run_level([95.1, 95.2, 95.3], digests=["a", "b", "c"]).valid


def test_one_run_shows_nothing_and_says_so():
    found = run_level([95.1], digests=["a"])
    assert found.verdict == "not shown" and not found.identical
    assert np.isnan([found.run_sd, found.rc, found.rc_upper, *found.prediction_interval]).all()
    assert "one run says nothing" in str(found)


def test_shift_and_order_of_runs_change_no_spread_and_scale_scales_it():
    rng = np.random.default_rng(0)
    medians = rng.normal(95, 0.2, 12)
    one, moved = run_level(medians), run_level(rng.permutation(medians) - 7)
    doubled = run_level(2 * medians)
    assert (moved.run_sd, moved.rc, moved.rc_upper) == pytest.approx(
        (one.run_sd, one.rc, one.rc_upper)
    )
    assert doubled.rc == pytest.approx(2 * one.rc)
    assert moved.prediction_interval[0] == pytest.approx(one.prediction_interval[0] - 7)


def test_the_bounds_hold_the_truth_as_often_as_they_say():
    rng = np.random.default_rng(1)
    found = [(run_level(draw[:-1]), draw[-1]) for draw in rng.normal(95, 0.2, (1000, 11))]
    rc = 1.959964 * np.sqrt(2) * 0.2
    shares = np.mean(
        [
            (
                one.run_sd_ci[0] < 0.2 < one.run_sd_ci[1],
                rc < one.rc_upper,
                one.prediction_interval[0] < new < one.prediction_interval[1],
            )
            for one, new in found
        ],
        axis=0,
    )
    assert shares == pytest.approx([0.95] * 3, abs=0.025)


def test_the_factors_of_the_sd_are_the_quantiles_of_chi_square():
    low, high = sd_factors(50)
    assert 49 / low**2 == pytest.approx(stats.chi2(49).isf(0.025))
    assert 49 / high**2 == pytest.approx(stats.chi2(49).ppf(0.025))
    assert np.isnan(sd_factors(1)).all()


def test_a_run_without_a_number_is_named():
    with pytest.raises(InputError, match="repetition 2 is nan"):
        run_level([95, 96, np.nan])
    with pytest.raises(InputError, match=r"repetition 1 \(Rep.02\)"):
        run_level(PUBLISHED.set_index("repetition")["median"].mask(lambda m: m == 96.19))


@pytest.mark.parametrize("margin", [0, -1, np.nan, np.inf, "half", 1e308, 101])
def test_a_margin_that_is_no_positive_number_is_refused(margin):
    with pytest.raises(InputError, match="margin"):
        run_level([95, 96], margin)


def test_as_many_digests_as_runs_are_needed():
    with pytest.raises(InputError, match="2 digests for 3 runs"):
        run_level([95, 96, 97], digests=["a", "b"])


def test_runs_are_told_apart_by_their_digests():
    found = run_level([95.1, 95.2, 95.2, 95.3], digests=["x", "y", "y", "z"])
    assert (found.runs, found.distinct) == (4, 3)


def test_a_run_of_folds_is_identical_only_if_every_fold_is():
    digests = [("a", "b"), ["a", "b"], ("a", "c"), ("b", "a")]
    assert run_level([95.0] * 4, digests=digests).distinct == 3


@pytest.mark.parametrize("digests", [["a", None], ["a", ""], ["a", np.nan], [("a",), ()]])
def test_a_missing_digest_is_refused(digests):
    with pytest.raises(InputError, match="digest"):
        run_level([95.0, 95.0], digests=digests)


def test_runs_with_equal_medians_but_one_other_patient_are_not_identical():
    table = np.tile([90.0, 95.0, 97.0], (3, 1))
    assert run_level(np.median(table, axis=1), digests=dsc_digests(table)).identical
    table[2, 0] += 1
    found = run_level(np.median(table, axis=1), digests=dsc_digests(table))
    assert not found.identical and not found.valid and found.distinct == 2


def test_half_a_run_is_not_compared_with_a_whole_one():
    with pytest.raises(InputError, match="folds"):
        run_level([95.0, 95.0], digests=[("a", "b"), ("a",)])


def test_tied_medians_of_runs_that_differ_show_nothing_and_have_no_bounds():
    table = np.array([[88, 89, 90, 91, 92.0], [80, 85, 90, 93, 99.0]])
    found = run_level(np.median(table, axis=1), 0.5, dsc_digests(table))
    assert found.run_sd == 0 and found.verdict == "not shown" and not found.identical
    assert np.isnan([*found.run_sd_ci, found.rc_upper, *found.prediction_interval]).all()
    assert str(found).startswith("Not shown: the medians of 2 runs are all 90.00 %, though")
