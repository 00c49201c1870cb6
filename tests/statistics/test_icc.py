"""Intraclass correlations against the published ones."""

import numpy as np
import pytest

from helpers.errors import InputError
from helpers.statistics.icc import icc
from helpers.statistics.variance_components import mean_squares

# Shrout and Fleiss 1979, table 2: 6 targets, 4 judges.
JUDGES = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
).T


def test_the_six_correlations_of_shrout_and_fleiss_follow_from_the_mean_squares():
    squares = mean_squares(JUDGES.astype(float), np.ones((6, 1)))
    p, r, e = squares.patient, squares.run, squares.residual
    within = (r + 5 * e) / 6
    assert [round(float(x), 2) for x in (p, within, r, e)] == [11.24, 6.26, 32.49, 1.02]
    alone = [(p - within) / (p + 3 * within), icc(JUDGES).agreement, (p - e) / (p + 3 * e)]
    of_mean = [(p - within) / p, (p - e) / (p + (r - e) / 6), (p - e) / p]
    six = [round(float(x), 2) for x in alone + of_mean]
    assert six == [0.17, 0.29, 0.71, 0.44, 0.62, 0.91]
    assert icc(JUDGES).agreement_ci == pytest.approx((0.02, 0.76), abs=5e-3)


def test_the_sentence_never_gives_the_correlation_alone():
    found = icc(JUDGES)
    assert found.within_sd == pytest.approx(np.sqrt(JUDGES.var(axis=0, ddof=1).mean()))
    assert "0.290" in str(found) and "2.50 points" in str(found)


def test_identical_runs_agree_fully_and_constant_tables_have_no_correlation():
    same = icc(np.tile([90.1, 95.2, 97.3], (4, 1)))
    assert same.agreement == 1 and same.agreement_ci == (1, 1)
    assert np.isnan(icc(np.full((3, 4), 95.0)).agreement)


@pytest.mark.parametrize("runs", [[90.1, 91.2, 89.7], [80.0, 80.0, 95.0], [0.1, 0.3]])
def test_patients_that_no_run_tells_apart_have_a_correlation_of_0_and_no_interval(runs):
    found = icc(np.repeat(np.array(runs)[:, None], 7, axis=1))
    assert found.agreement == 0 and np.isnan(found.agreement_ci).all()
    assert found.within_sd == pytest.approx(np.std(runs, ddof=1))
    assert "ICC(A,1) is 0.000 (no interval)" in str(found)


def test_shift_and_scale_change_no_correlation():
    assert icc(JUDGES * 7.0 + 50).agreement == pytest.approx(icc(JUDGES).agreement)


def test_the_interval_holds_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(0)
    held = []
    for _ in range(400):
        runs, patients = rng.normal(0, 0.5, (8, 1)), rng.normal(0, 2, 20)
        low, high = icc(90 + runs + patients + rng.normal(0, 1, (8, 20))).agreement_ci
        held.append(low < 4 / 5.25 < high)
    assert np.mean(held) == pytest.approx(0.95, abs=0.035)


def test_one_repetition_is_refused():
    with pytest.raises(InputError, match="two of each"):
        icc([[90.0, 91.0]])
