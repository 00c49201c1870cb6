"""Intraclass correlations against the published ones."""

import numpy as np
import pytest

from helpers.errors import InputError
from helpers.statistics.icc import icc

# Shrout and Fleiss 1979, table 2: 6 targets, 4 judges.
JUDGES = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
).T


def test_the_six_correlations_of_shrout_and_fleiss():
    found = icc(JUDGES)
    six = [
        found.one_way,
        found.agreement,
        found.consistency,
        found.mean_one_way,
        found.mean_agreement,
        found.mean_consistency,
    ]
    assert [round(value, 2) for value in six] == [0.17, 0.29, 0.71, 0.44, 0.62, 0.91]
    assert found.agreement_ci == pytest.approx((0.02, 0.76), abs=5e-3)


def test_the_sentence_never_gives_the_correlation_alone():
    found = icc(JUDGES)
    assert found.within_sd == pytest.approx(np.sqrt(JUDGES.var(axis=0, ddof=1).mean()))
    assert "0.290" in str(found) and "2.50 points" in str(found)


def test_identical_runs_agree_fully_and_constant_tables_have_no_correlation():
    same = icc(np.tile([90.1, 95.2, 97.3], (4, 1)))
    assert same.agreement == 1 and same.agreement_ci == (1, 1)
    assert np.isnan(icc(np.full((3, 4), 95.0)).agreement)


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
