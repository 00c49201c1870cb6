"""Size and power of every rule, against published figures and closed forms."""

import numpy as np
import pytest
from scipy import stats

from helpers.errors import InputError
from helpers.statistics.arm_comparison import sign_flip
from helpers.statistics.intervals import overlap, overlap_table
from helpers.statistics.simulation import (
    Truth,
    bootstrap_coverage,
    held_to_size,
    overlap_power,
    paired_power,
    rejections,
    simulate,
    size_and_power,
)
from helpers.statistics.variance_components import fold_members, mean_squares

# Hollander and Wolfe 1973, p. 140, in R's friedman.test: seconds of 22 players to first base by
# rounding out, at a narrow and at a wide angle.
ROUNDING = np.array(
    [
        [5.40, 5.85, 5.20, 5.55, 5.90, 5.45, 5.40, 5.45, 5.25, 5.85, 5.25]
        + [5.65, 5.60, 5.05, 5.50, 5.45, 5.55, 5.45, 5.50, 5.65, 5.70, 6.30],
        [5.50, 5.70, 5.60, 5.50, 5.85, 5.55, 5.40, 5.50, 5.15, 5.80, 5.20]
        + [5.55, 5.35, 5.00, 5.50, 5.55, 5.55, 5.50, 5.45, 5.60, 5.65, 6.30],
        [5.55, 5.75, 5.50, 5.40, 5.70, 5.60, 5.35, 5.35, 5.00, 5.70, 5.10]
        + [5.45, 5.45, 4.95, 5.40, 5.50, 5.35, 5.55, 5.25, 5.40, 5.55, 6.25],
    ]
)

SHARED = Truth()
SEPARATE = Truth(runs=2, fold_run_sd=0.0)


def _rates(truth, shift=0.0, tables=1000, seed=1):
    found = rejections(simulate(truth, seed, tables, shift), truth.fold())
    return found.set_index(["rule", "compares", "unit"])["rate"]


def test_two_independent_intervals_part_by_chance_as_schenker_and_gentleman_say():
    assert overlap_power(0, 1) == pytest.approx(0.0055746, abs=5e-8)


def test_where_a_paired_test_has_80_percent_power_the_overlap_has_03():
    shift = 2.8016 * np.sqrt(2 * (1 - 0.75))
    assert paired_power(shift, 1, 0.75) == pytest.approx(0.80, abs=5e-4)
    assert overlap_power(shift, 1, 0.75) == pytest.approx(0.003, abs=5e-4)


def test_the_closed_forms_are_what_simulated_intervals_do():
    rng = np.random.default_rng(0)
    a, b = rng.multivariate_normal([0, 2.5], [[1, 0.5], [0.5, 1]], 20_000).T
    assert np.mean(np.abs(a - b) > 2 * 1.96) == pytest.approx(overlap_power(2.5, 1, 0.5), abs=0.01)
    assert np.mean(np.abs(a - b) > 1.96) == pytest.approx(paired_power(2.5, 1, 0.5), abs=0.01)


@pytest.mark.parametrize(("error", "correlation"), [(0, 0), (1, 1), (1, -2)])
def test_impossible_errors_and_correlations_are_refused(error, correlation):
    with pytest.raises(InputError, match="correlation"):
        overlap_power(1, error, correlation)


def test_tests_over_patients_see_differences_that_are_not_there():
    rates = _rates(SHARED, tables=2000)
    assert rates["Wilcoxon", "two runs", "patient"] == pytest.approx(0.22, abs=0.03)
    assert rates["Friedman", "all runs", "patient"] == pytest.approx(0.66, abs=0.04)
    many = _rates(Truth(runs=50), tables=200)
    assert many["Friedman", "all runs", "patient"] > 0.98


def test_tests_over_folds_keep_their_size_where_patients_share_a_model():
    rates = _rates(SHARED, tables=4000)
    assert rates["t", "two runs", "fold"] == pytest.approx(0.05, abs=0.012)
    assert rates["sign flip", "two runs", "fold"] == pytest.approx(0.05, abs=0.012)
    assert rates["F", "all runs", "fold × run"] == pytest.approx(0.05, abs=0.012)


def test_without_a_shared_model_every_test_keeps_its_size():
    rates = _rates(Truth(fold_run_sd=0.0), tables=2000)
    tests = rates.drop("intervals do not overlap", level="rule")
    assert tests.tolist() == pytest.approx([0.05] * 6, abs=0.02)


def test_a_patient_bootstrap_covers_75_percent_instead_of_95():
    assert bootstrap_coverage(SHARED, 1, tables=1000) == pytest.approx(0.75, abs=0.03)
    assert bootstrap_coverage(SEPARATE, 1, tables=1000) == pytest.approx(0.94, abs=0.025)


def test_overlap_needs_a_shift_of_145_points_where_wilcoxon_needs_031():
    assert _rates(SEPARATE, 1.45)["intervals do not overlap", "two runs", "none"] == pytest.approx(
        0.8, abs=0.07
    )
    found = _rates(SEPARATE, 0.31)
    assert found["Wilcoxon", "two runs", "patient"] == pytest.approx(0.8, abs=0.05)
    assert found["intervals do not overlap", "two runs", "none"] < 0.01


def _paired_p(first, second, fold):
    """p of four tests of one pair of runs, slowly: Wilcoxon, t, t of folds, sign flip of folds."""
    differences = second - first
    folds = [np.mean(differences[f == fold]) for f in range(10)]
    return [
        stats.wilcoxon(second, first).pvalue,
        stats.ttest_rel(second, first).pvalue,
        stats.ttest_1samp(folds, 0).pvalue,
        sign_flip(folds, rng=1),
    ]


def test_the_many_tables_at_once_are_judged_as_each_alone():
    truth = Truth(runs=4)
    tables = simulate(truth, 2, 40, shift=0.5)
    fold, members = truth.fold(), fold_members(truth.fold(), 42)
    alone = [
        np.mean([not overlap(overlap_table(table[:2])).overlaps for table in tables]),
        *np.mean([np.less(_paired_p(*table[:2], fold), 0.05) for table in tables], axis=0),
        np.mean([not overlap(overlap_table(table)).overlaps for table in tables]),
        np.mean([stats.friedmanchisquare(*table).pvalue < 0.05 for table in tables]),
        np.mean([mean_squares(table, members).f_of_runs()[1] < 0.05 for table in tables]),
    ]
    assert rejections(tables, fold)["rate"].tolist() == pytest.approx(alone)


def test_friedman_of_the_rounding_times_is_that_of_r():
    found = stats.friedmanchisquare(*ROUNDING)
    assert found.statistic == pytest.approx(11.143, abs=5e-4)
    assert found.pvalue == pytest.approx(0.003805, abs=5e-7)
    rates = rejections(ROUNDING[None], np.arange(22) % 2).set_index("rule")["rate"]
    assert rates["Friedman"] == 1


def test_a_rank_test_sees_ties_that_rounding_hides():
    tenths = np.array([1, 2, 5, 3, -3, -3, 5, 3, 4, 3, 4, -1])
    first = np.array([92.2, 78.4, 72.0, 67.2, 61.6, 75.5, 67.6, 51.1, 93.4, 65.7, 97.6, 94.2])
    second = np.round(first + tenths / 10, 1)
    exact = stats.wilcoxon(tenths).pvalue
    assert (exact < 0.05) != (stats.wilcoxon(second - first).pvalue < 0.05)
    rates = rejections(np.array([[first, second]]), np.arange(12) % 3).set_index("rule")["rate"]
    assert rates["Wilcoxon"] == (exact < 0.05)


def test_the_simulated_noise_has_the_known_spread_and_correlation():
    tables = simulate(Truth(runs=2), 3, 2000)
    noise = (tables[:, 1] - tables[:, 0]) / np.sqrt(2)
    same_fold = np.corrcoef(noise[:, 0], noise[:, 10])[0, 1]
    other_fold = np.corrcoef(noise[:, 0], noise[:, 1])[0, 1]
    assert noise.var() == pytest.approx(0.5, rel=0.03)
    assert (same_fold, other_fold) == pytest.approx((0.5, 0), abs=0.06)
    assert stats.kstest(tables[:, 0, 0], stats.norm(96, np.sqrt(2.75)).cdf).pvalue > 0.001


def test_a_simulation_obeys_its_seed_and_shifts_the_second_run_only():
    first, again, other = (simulate(SHARED, seed) for seed in (1, 1, 2))
    assert np.array_equal(first, again) and not np.array_equal(first, other)
    moved = simulate(SHARED, 1, shift=2.0) - first
    assert np.allclose(moved[:, 1], 2) and not np.delete(moved, 1, axis=1).any()


def test_power_grows_with_the_shift_rule_by_rule():
    found = size_and_power(SEPARATE, [0, 0.2, 0.6], 1, tables=300)
    power = found[found["compares"] == "two runs"].pivot(
        index=["rule", "unit"], columns="shift", values="rate"
    )
    tests = power.drop("intervals do not overlap")
    assert (tests[0] < 0.1).all() and (tests[0.2] < tests[0.6]).all() and (tests[0.6] > 0.9).all()


def test_a_test_that_is_wrong_in_22_percent_sees_no_more_when_it_is_held_to_5():
    found = held_to_size(Truth(runs=2), 0.5, rng=1, tables=4000).set_index("unit")
    assert found.loc["patient", "wrong"] == pytest.approx(0.22, abs=0.02)
    assert found.loc["patient", "sees"] == pytest.approx(0.77, abs=0.02)
    assert found.loc["patient", "sees_held"] == pytest.approx(0.48, abs=0.03)
    assert found.loc["fold", "sees"] == pytest.approx(0.44, abs=0.03)
    assert found.loc["fold", "sees_held"] == pytest.approx(0.45, abs=0.03)


def test_runs_that_do_not_differ_have_a_repeatability_coefficient_of_066():
    medians = np.median(simulate(Truth(), 1, tables=2000), axis=2)
    sd = np.sqrt(medians.var(axis=1, ddof=1).mean())
    assert 1.96 * np.sqrt(2) * sd == pytest.approx(0.66, abs=0.015)


def test_rules_that_cannot_be_called_have_no_rate():
    few = Truth(patients=5, folds=2, runs=2)
    rates = _rates(few, tables=20)
    assert np.isnan(rates["intervals do not overlap", "two runs", "none"])
    assert np.isnan(rates["Friedman", "all runs", "patient"])


def test_one_run_cannot_be_simulated():
    with pytest.raises(InputError, match="two or more"):
        simulate(Truth(runs=1), 1)
