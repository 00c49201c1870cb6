"""What a vote of runs gains, with an interval that knows which patients share their networks."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.statistics.votes import clustered_mean, votes


def rows(arm="order", gains=(1.0, -0.5, 2.0, 0.25, 1.25, 0.0), folds=(0, 0, 1, 2, 3, 4), **more):
    """A table of some patients."""
    return pd.DataFrame(
        {
            "arm": arm,
            "patient": [f"P{i}" for i in range(len(gains))],
            "subject": [f"P{i}" for i in range(len(gains))],
            "fold": folds,
            "runs": 5,
            "single_percent": 90.0,
            "vote_percent": 90 + np.array(gains),
            "disputed_percent": 4.0,
            **more,
        }
    )


def test_the_gain_is_the_vote_less_one_run_and_its_error_that_of_sums_over_folds():
    vote = votes(rows())["order"]
    gains = np.array([1.0, -0.5, 2.0, 0.25, 1.25, 0.0])
    assert vote.gain == pytest.approx(4 / 6) and list(vote.patients["gain"]) == list(gains)
    away = gains - gains.mean()
    sums = [away[0] + away[1], *away[2:]]
    error = np.sqrt(5 / 4 * sum(s * s for s in sums)) / 6
    half = 2.7764451 * error  # t of 4 degrees of freedom
    assert vote.ci == pytest.approx((4 / 6 - half, 4 / 6 + half))
    assert "gains +0.67 points" in str(vote) and "in 4 of 6 patients" in str(vote)


def test_where_each_patient_is_a_fold_of_its_own_it_is_students_interval():
    values = np.random.default_rng(4).normal(1, 2, 12)
    mean, ci = clustered_mean(values, np.arange(12))
    plain = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    assert mean == pytest.approx(values.mean()) and ci == pytest.approx((plain.low, plain.high))


@pytest.mark.parametrize("shared", [0, 1])
def test_the_interval_holds_the_truth_where_patients_of_a_fold_are_alike(shared):
    """10 folds of 4 or 5, the gain 0.3: near 95 % of 2,000 tables, where plain t has 77 %."""
    rng, fold = np.random.default_rng(shared), np.arange(42) % 10
    held = plain = 0
    for _ in range(2000):
        values = 0.3 + rng.normal(size=42) + shared * rng.normal(size=10)[fold]
        low, high = clustered_mean(values, fold)[1]
        held += low <= 0.3 <= high
        ends = stats.ttest_1samp(values, 0).confidence_interval(0.95)
        plain += ends.low <= 0.3 <= ends.high
    assert 0.93 < held / 2000 < 0.97
    assert (plain / 2000 < 0.85) == bool(shared)


def test_too_few_folds_or_one_run_or_equal_masks_are_said():
    few = votes(rows(gains=(1.0, 2.0), folds=(0, 1)))["order"]
    assert np.isnan(few.ci).all() and "fewer than 5 folds give no interval" in str(few)
    assert "nobody to vote with" in str(votes(rows(runs=1))["order"])
    assert str(votes(rows(runs=2))["order"]).startswith("what both runs drew has a mean DSC")
    same = votes(rows(gains=(0.0,) * 6, disputed_percent=0.0))["order"]
    assert same.identical and "changes nothing" in str(same)


def test_a_subject_with_two_images_is_one_patient():
    table = rows(subject=["S", "S", "P2", "P3", "P4", "P5"])
    vote = votes(table)["order"]
    assert len(vote.patients) == 5 and vote.patients["gain"]["S"] == pytest.approx(0.25)


def test_arms_stand_by_themselves_and_no_table_has_none():
    found = votes(pd.concat([rows("a"), rows("b", gains=(0.0,) * 6)]))
    assert list(found) == ["a", "b"] and found["b"].gain == 0
    assert votes(pd.DataFrame()) == {}
