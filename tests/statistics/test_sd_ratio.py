"""The ratio of two SDs and its intervals."""

import numpy as np
import pytest
from scipy import stats

from helpers.errors import InputError
from helpers.statistics.sd_ratio import ratio_factors, sd_ratio


def _medians(runs, sd, seed):
    return 95 + np.random.default_rng(seed).normal(0, sd, runs)


@pytest.mark.parametrize(("runs", "low", "high"), [(50, 0.75, 1.33), (3, 0.16, 6.2)])
def test_how_well_a_ratio_is_known(runs, low, high):
    assert ratio_factors(runs, runs) == pytest.approx((low, high), rel=0.01)


def test_the_interval_ends_where_the_f_test_rejects():
    one, two = _medians(12, 0.3, 1), _medians(20, 0.2, 2)
    found = sd_ratio(one, two, rng=1, resamples=200)
    assert found.ratio == pytest.approx(np.std(one, ddof=1) / np.std(two, ddof=1))
    for bound, tail in zip(found.ci, (0.975, 0.025), strict=True):
        assert stats.f(11, 19).cdf((found.ratio / bound) ** 2) == pytest.approx(tail)


def test_the_interval_holds_the_true_ratio_as_often_as_it_says():
    held = []
    for seed in range(400):
        found = sd_ratio(_medians(10, 0.3, seed), _medians(10, 0.2, -seed + 9999), 1, resamples=9)
        held.append(found.ci[0] < 1.5 < found.ci[1])
    assert np.mean(held) == pytest.approx(0.95, abs=0.035)


def test_the_robust_checks_agree_on_normal_runs_and_obey_the_seed():
    one, two = _medians(50, 0.3, 3), _medians(50, 0.1, 4)
    first, again, other = (sd_ratio(one, two, rng=seed, resamples=999) for seed in (1, 1, 2))
    assert first == again and first.bootstrap_ci != other.bootstrap_ci
    assert first.bootstrap_ci == pytest.approx(first.ci, rel=0.2)
    assert first.levene_p == pytest.approx(stats.levene(one, two, center="median").pvalue)


def test_shift_changes_nothing_and_scale_scales_the_ratio():
    one, two = _medians(9, 0.3, 5), _medians(9, 0.1, 6)
    ratio = sd_ratio(one, two, 1, resamples=99).ratio
    assert sd_ratio(one + 5, two - 5, 1, resamples=99).ratio == pytest.approx(ratio)
    assert sd_ratio(2 * one, two, 1, resamples=99).ratio == pytest.approx(2 * ratio)


def test_an_identical_arm_has_a_ratio_of_zero_and_an_identical_reference_none():
    flat, scattered = np.full(10, 95.1), _medians(10, 0.2, 9)
    zero, none = sd_ratio(flat, scattered, 1), sd_ratio(scattered, flat, 1)
    assert zero.ratio == 0 and zero.ci == (0, 0)
    assert np.isnan([none.ratio, *none.ci, *none.bootstrap_ci]).all()
    assert np.isnan(sd_ratio(flat, flat, 1).levene_p)


def test_one_run_gives_no_ratio_and_three_no_bootstrap():
    assert np.isnan(sd_ratio([95.0], [95.0, 96.0], 1).ratio)
    assert np.isnan(sd_ratio([95.0, 96, 97], [95.0, 96, 98], 1).bootstrap_ci).all()


def test_a_run_without_a_number_is_named():
    with pytest.raises(InputError, match="repetition 1"):
        sd_ratio([95.0, np.nan], [95.0, 96.0], 1)
