import numpy as np
import pytest

from helpers.statistics import roc


def test_auc_is_how_often_a_positive_scores_higher():
    rng = np.random.default_rng(0)
    scores, positive = rng.integers(0, 6, 40), rng.random(40) < 0.4
    pairs = [(a > b) + 0.5 * (a == b) for a in scores[positive] for b in scores[~positive]]
    assert roc.auc(scores, positive) == pytest.approx(np.mean(pairs))
    assert np.isnan(roc.auc(scores, np.zeros(40, bool)))


def test_auc_of_hanley_and_mcneils_109_ct_images():
    """Radiology 1982;143:29, table I and its area of 0.893."""
    normal, abnormal = (33, 6, 6, 11, 2), (3, 2, 2, 11, 33)
    scores = np.repeat([1, 2, 3, 4, 5] * 2, normal + abnormal)
    positive = np.repeat([False, True], [sum(normal), sum(abnormal)])
    assert roc.auc(scores, positive) == pytest.approx(0.893, abs=5e-4)


def test_delongs_interval_agrees_with_patients_drawn_with_replacement_where_each_has_one_case():
    rng = np.random.default_rng(1)
    positive = rng.random(150) < 0.5
    scores = rng.normal(size=150) + positive
    area, low, high = roc.delong(scores, positive)
    drawn = roc.by_patients(
        lambda n: roc.auc(scores[n], positive[n]), np.arange(150), np.random.default_rng(2)
    )
    assert area == roc.auc(scores, positive)
    assert drawn == pytest.approx((low, high), abs=0.02)


def test_lesions_that_share_patients_are_drawn_together():
    """Each patient twice: the interval of one each, and not a narrower one."""
    rng = np.random.default_rng(3)
    positive = rng.random(60) < 0.5
    scores = rng.normal(size=60) + positive

    def width(copies):
        s, p = np.tile(scores, copies), np.tile(positive, copies)
        whose = np.tile(np.arange(60), copies)
        low, high = roc.by_patients(lambda n: roc.auc(s[n], p[n]), whose, np.random.default_rng(4))
        return high - low

    assert width(2) == pytest.approx(width(1))


def test_the_draws_follow_their_generator():
    def drawn(seed):
        return roc.by_patients(np.mean, np.arange(30), np.random.default_rng(seed), draws=50)

    assert drawn(5) == drawn(5) != drawn(6)


def test_calibration_sees_true_and_too_sure_probabilities():
    rng = np.random.default_rng(7)
    logit = rng.normal(0, 1.5, 4000)
    seen = rng.random(4000) < 1 / (1 + np.exp(-logit))
    right = roc.calibration(1 / (1 + np.exp(-logit)), seen)
    assert right["slope"] == pytest.approx(1, abs=0.1)
    assert right["said"] == pytest.approx(right["seen"], abs=0.02)
    sure = roc.calibration(1 / (1 + np.exp(-2 * logit)), seen)
    assert sure["slope"] == pytest.approx(0.5, abs=0.05) and sure["brier"] > right["brier"]


def test_calibration_without_both_outcomes_has_no_slope():
    assert np.isnan(roc.calibration(np.full(9, 0.3), np.zeros(9))["slope"])


def test_the_interval_of_the_slope_holds_one_where_probabilities_are_true_and_not_where_too_sure():
    rng = np.random.default_rng(5)
    p = rng.uniform(0.05, 0.95, 600)
    seen, patients = rng.uniform(size=600) < p, np.repeat(np.arange(100), 6)
    low, high = roc.slope_interval(p, seen, patients, 0, draws=200)
    assert low < 1 < high
    sure = p**3 / (p**3 + (1 - p) ** 3)
    low, high = roc.slope_interval(sure, seen, patients, 0, draws=200)
    assert low < 1 / 3 < high < 0.6
