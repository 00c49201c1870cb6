"""Failed trainings: what is counted as one, and the exact interval of their share."""

import numpy as np
import pytest
from scipy import stats

from helpers.errors import InputError
from helpers.statistics import runs
from helpers.statistics.failures import failures
from helpers.statistics.runs import Runs
from helpers.study import shipped
from tests.display.example_runs import runs_of


def _arm(losses, level=90.0):
    """Runs of two folds of two patients; ``losses`` (repetitions, 2) points of each training."""
    losses = np.asarray(losses, float)
    dsc = level - np.repeat(losses, 2, axis=1) + np.arange(len(losses))[:, None] * 1e-6
    return runs_of(dsc + [0, 3, -1, 2], [0, 0, 1, 1])


def test_a_training_fails_that_loses_more_than_five_points_against_its_fold_and_arm():
    losses = np.zeros((9, 2))
    losses[3], losses[5, 1] = [5.1, 4.9], 20
    found = failures({"a": _arm(losses)})["a"]
    assert (found.trainings, found.lost, found.unlearned, found.failed) == (18, 2, 0, 2)
    assert found.share == pytest.approx(2 / 18) and found.worst == pytest.approx(20, abs=1e-4)
    assert failures({"a": _arm(losses)}, points=4)["a"].lost == 3


def test_the_interval_ends_where_the_exact_test_rejects():
    losses = np.zeros((20, 2))
    losses[:3, 0] = 9
    low, high = failures({"a": _arm(losses)})["a"].share_ci
    assert stats.binom(40, low).sf(2) == pytest.approx(0.025)
    assert stats.binom(40, high).cdf(3) == pytest.approx(0.025)


def test_none_of_forty_does_not_show_that_none_would():
    found = failures({"a": _arm(np.zeros((20, 2)))})["a"]
    assert found.failed == 0 and found.share_ci == pytest.approx((0, 1 - 0.025 ** (1 / 40)))
    assert "0 of 40 trainings failed (0.0 %, 0.0 to 8.8)" in str(found)


def test_an_arm_whose_trainings_nearly_all_fail_is_told_by_the_other_arms():
    good, bad = _arm(np.zeros((9, 2))), _arm(np.full((5, 2), 80.0))
    found = failures({"good": good, "bad": bad})
    assert (found["bad"].lost, found["bad"].unlearned, found["bad"].failed) == (0, 10, 10)
    assert found["good"].failed == 0 and failures({"bad": bad})["bad"].failed == 0


def test_a_study_that_drew_nothing_has_learned_nothing():
    nothing = runs_of(np.zeros((5, 4)), [0, 0, 1, 1])
    assert failures({"a": nothing})["a"].unlearned == 2  # the same bits, one witness a fold


def test_a_training_alone_in_its_fold_is_not_said_to_have_held():
    one = failures({"a": _arm(np.zeros((1, 2)))})["a"]
    assert one.alone == 2 and "2 are alone in their fold" in str(one)
    assert "alone" not in str(failures({"a": _arm(np.zeros((3, 2)))})["a"])


def test_a_loss_that_is_also_no_learning_is_one_failure():
    losses = np.zeros((9, 2))
    losses[2, 0] = 85
    found = failures({"a": _arm(losses)})["a"]
    assert (found.lost, found.unlearned, found.failed) == (1, 1, 1)


def test_trainings_of_the_same_bits_are_one_witness():
    still = runs_of(np.tile([90.0, 91, 80, 81], (30, 1)), [0, 0, 1, 1])
    found = failures({"a": still})["a"]
    assert (found.trainings, found.distinct) == (60, 2)
    assert found.share_ci == pytest.approx((0, 1 - 0.025 ** (1 / 2)))
    assert "0 of 2 distinct ones of 60 trainings" in str(found)


def test_the_arms_that_ship_have_the_failures_that_a_slow_count_finds():
    table = shipped.table("study")
    found = failures(runs.by_arm(table))
    for arm, rows in table.groupby("arm"):
        mean = rows.groupby(["fold", "repetition"])["dsc_percent"].mean().unstack("fold")
        below = (mean.median() - mean).to_numpy()
        assert (found[arm].lost, found[arm].worst) == (
            (below > 5).sum(),
            pytest.approx(below.max()),
        )
    assert [found[arm].failed for arm in ("order", "one_bit", "seeds")] == [12, 8, 6]
    assert (found["control"].distinct, found["one_bit"].distinct) == (10, 494)


def test_arms_without_folds_are_left_out_and_a_loss_that_is_none_is_refused():
    still = runs_of([[90.0, 91], [90, 92]])
    assert isinstance(still, Runs) and failures({"a": still}) == {}
    with pytest.raises(InputError, match="loss"):
        failures({"a": still}, points=0)
