"""Two arms as they stand, the run as the unit: another tool, simulation, our own arms."""

import numpy as np
import pytest
from statsmodels.stats.weightstats import ttost_ind

from helpers.errors import InputError
from helpers.statistics.arm_comparison import compare_arms
from helpers.statistics.run_comparison import compare_runs
from helpers.statistics.runs import by_arm
from helpers.study import shipped

RNG = np.random.default_rng(1)
ONE, TWO = 90 + RNG.normal(0, 0.3, 20), 90.1 + RNG.normal(0, 0.5, 30)


def test_the_smallest_margin_is_where_two_one_sided_tests_of_statsmodels_turn():
    least = compare_runs(ONE, TWO).smallest_margin
    assert ttost_ind(TWO, ONE, -least, least, usevar="unequal")[0] == pytest.approx(0.05)
    answers = [compare_runs(ONE, TWO, margin=least * f).answer for f in (1.001, 0.999)]
    assert answers[0] == "equivalent" and answers[1] != "equivalent"


def test_other_seeds_and_other_rounding_differ_less_as_they_stand_than_with_other_seeds_a_fold():
    arms = by_arm(shipped.table("study"))
    seeds, order = arms["seeds"], arms["order"]
    runs = compare_runs(seeds.medians, order.medians)
    folds = compare_arms(seeds.dsc, order.dsc, seeds.fold, 1)
    assert runs.smallest_margin == pytest.approx(0.16, abs=0.005)
    assert folds.smallest_margin == pytest.approx(0.72, abs=0.005)
    assert (runs.answer, folds.answer) == ("equivalent", "undecided")


def test_arms_that_do_not_differ_are_called_different_in_5_percent_and_equivalent_at_the_margin():
    rng = np.random.default_rng(2)
    pairs = rng.normal(0, 1, (1500, 2, 10)) * np.array([1, 2])[:, None]
    different = [compare_runs(a, b, margin=0.01).answer == "different" for a, b in pairs]
    assert np.mean(different) == pytest.approx(0.05, abs=0.02)
    edge = [compare_runs(a, b + 3, margin=3).answer == "equivalent" for a, b in pairs]
    assert np.mean(edge) == pytest.approx(0.05, abs=0.02)


def test_runs_that_do_not_scatter_have_no_test_but_an_answer():
    same, other = compare_runs([90.0, 90.0], [90.0, 90.0]), compare_runs([90.0, 90.0], [92.0, 92.0])
    assert same.answer == "equivalent" and other.answer == "different"
    assert np.isnan(other.t_p) and "no run scatters" in str(other)


def test_one_run_leaves_the_question_undecided():
    found = compare_runs([90.0], ONE)
    assert found.answer == "undecided" and "nan" not in str(found)


def test_a_missing_median_and_a_margin_that_is_none_are_refused():
    with pytest.raises(InputError, match="repetition 1"):
        compare_runs([90.0, np.nan], ONE)
    with pytest.raises(InputError, match="margin"):
        compare_runs(ONE, TWO, margin=0)
