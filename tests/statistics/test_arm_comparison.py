"""Arms compared, against other tools and enumeration."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.errors import InputError
from helpers.statistics.arm_comparison import (
    compare_arms,
    equivalence_curve,
    fold_differences,
    sign_flip,
)
from helpers.statistics.simulation import Truth, simulate

FOLD = Truth().fold()


def _arms(runs=10, shift=0.0, seed=0):
    """Two arms of the same patients, the second ``shift`` points higher."""
    table = simulate(Truth(runs=2 * runs), seed)[0]
    return table[:runs], table[runs:] + shift


def test_the_sign_flip_of_ten_folds_is_exact_with_1024_points():
    p = sign_flip(np.arange(1.0, 11.0), rng=1)
    assert p * 1024 == pytest.approx(2) and p == pytest.approx(0.001953, abs=5e-7)


def test_the_sign_flip_is_a_count_over_all_sign_patterns():
    d = np.random.default_rng(1).normal(0.4, 1, 8)
    means = np.array([np.mean(np.array(signs) * d) for signs in product([-1, 1], repeat=8)])
    by_hand = np.mean(np.abs(means) >= abs(d.mean()) - 1e-12)
    assert sign_flip(d, rng=1) == pytest.approx(by_hand)


def test_many_folds_draw_their_signs_by_the_seed():
    d = np.random.default_rng(2).normal(0.3, 1, 20)
    first, again, other = (sign_flip(d, rng=seed, resamples=999) for seed in (1, 1, 2))
    assert first == again and first != other


def test_arms_that_are_close_are_equivalent_and_arms_far_apart_are_different():
    close, apart = compare_arms(*_arms(), FOLD, 1), compare_arms(*_arms(shift=2), FOLD, 1)
    assert close.answer == "equivalent" and close.tost_p < 0.05
    assert apart.answer == "different" and apart.t_p < 0.05
    assert apart.difference == pytest.approx(close.difference + 2)


def test_arms_of_one_run_leave_the_question_undecided():
    one, two = _arms(runs=1, seed=6)
    found = compare_arms(one, two, FOLD, 1, margin=0.1)
    assert found.answer == "undecided"
    assert "Undecided at a margin of 0.1 points" in str(found)


def test_the_smallest_margin_that_passes_is_where_the_answer_turns():
    one, two = _arms(seed=5)
    least = compare_arms(one, two, FOLD, 1).smallest_margin
    curve = equivalence_curve(one, two, FOLD, [least * 0.999, least * 1.001, 5])
    assert list(curve["answer"] == "equivalent") == [False, True, True]
    assert curve["p"][0] > 0.05 > curve["p"][1] > curve["p"][2]
    assert curve["p"][0] == pytest.approx(0.05, abs=1e-3)


def test_the_equivalence_p_is_the_larger_of_two_one_sided_t_tests():
    one, two = _arms(seed=7)
    d = fold_differences(one, two, FOLD)
    above = stats.ttest_1samp(d + 0.5, 0, alternative="greater").pvalue
    below = stats.ttest_1samp(d - 0.5, 0, alternative="less").pvalue
    assert compare_arms(one, two, FOLD, 1).tost_p == pytest.approx(max(above, below))


def test_the_same_runs_in_another_order_do_not_differ_by_rounding():
    one = _arms()[0]
    found = compare_arms(one, one[::-1], FOLD, 1)
    assert found.difference_ci == (0, 0) and np.isnan(found.t_p)
    assert found.answer == "equivalent" and not found.identical


def test_arms_of_identical_runs_are_equivalent_without_a_test():
    control = np.tile(_arms()[0][:1], (5, 1))
    found = compare_arms(control, control, FOLD, 1)
    assert found.identical and found.answer == "equivalent" and found.smallest_margin == 0
    assert np.isnan([found.t_p, found.sign_flip_p, found.tost_p]).all()
    assert "the same DSC" in str(found)


def test_an_identical_arm_against_a_scattered_one_is_the_t_test_of_the_others_folds():
    control, other = np.tile(_arms()[0][:1], (6, 1)), _arms()[1]
    folds = [(other - control[0])[:, f == FOLD].mean() for f in range(10)]
    by_scipy = stats.ttest_1samp(folds, 0).pvalue
    assert compare_arms(control, other, FOLD, 1).t_p == pytest.approx(by_scipy)
    assert compare_arms(other, control, FOLD, 1).t_p == pytest.approx(by_scipy)


def test_one_fold_decides_nothing_and_says_so():
    found = compare_arms(*_arms(), np.zeros(42, int), 1)
    assert found.answer == "undecided" and "one fold" in str(found) and "nan" not in str(found)


def test_a_constant_shift_is_answered_by_its_size():
    control = np.full((5, 42), 95.0)
    assert compare_arms(control, control + 1, FOLD, 1).answer == "different"
    assert compare_arms(control, control + 0.25, FOLD, 1).answer == "equivalent"


def test_swapping_the_arms_turns_the_sign_and_nothing_else():
    one, two = _arms(seed=8)
    there, back = compare_arms(one, two, FOLD, 1), compare_arms(two, one, FOLD, 1)
    assert back.difference == pytest.approx(-there.difference)
    assert compare_arms(one, two - 2, FOLD, 1).answer == "different"
    assert (back.t_p, back.sign_flip_p, back.tost_p, back.smallest_margin) == pytest.approx(
        (there.t_p, there.sign_flip_p, there.tost_p, there.smallest_margin)
    )


def test_arms_of_other_patients_are_refused():
    one, two = _arms()
    with pytest.raises(InputError, match="same patients"):
        compare_arms(one, two[:, :41], FOLD, 1)
    with pytest.raises(InputError, match="same patients"):
        compare_arms(pd.DataFrame(one), pd.DataFrame(two).add_prefix("P"), FOLD, 1)


@pytest.mark.parametrize("margin", [0, 100.1, 1e308, np.nan])
def test_a_margin_that_no_dsc_can_have_is_refused(margin):
    with pytest.raises(InputError, match="margin"):
        compare_arms(*_arms(), FOLD, 1, margin=margin)
    with pytest.raises(InputError, match="margin"):
        equivalence_curve(*_arms(), FOLD, [0.5, margin])
