"""ISO 5725-2 against the standard's own example, others', slow versions and simulated truths."""

import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy import stats

from helpers.errors import InputError
from helpers.statistics.reproducibility import precision
from tests.statistics.published_rooms import (
    COAL,
    GLUCOSE,
    SILICON,
    SILICON_BETWEEN,
    SILICON_WITHIN,
)


@pytest.mark.parametrize("printed", COAL)
def test_the_standards_own_example_of_unequal_numbers_has_its_printed_values(printed):
    found = precision(COAL[printed])
    assert (found.mean, found.s_r, found.s_R) == pytest.approx(printed, abs=5e-4)
    assert not found.exact


@pytest.mark.parametrize("printed", GLUCOSE)
def test_glucose_in_serum_has_the_printed_values_of_e691(printed):
    found, means = precision(GLUCOSE[printed]), GLUCOSE[printed].mean(axis=1)
    values = found.mean, means.std(ddof=1), found.s_r, found.s_R
    assert values == pytest.approx(printed, abs=2e-4)


def test_the_first_material_has_no_scatter_between_laboratories_left():
    found = precision(GLUCOSE[next(iter(GLUCOSE))])
    assert found.s_L == 0 and found.s_R == found.s_r


def test_nists_certified_mean_squares_give_the_parts():
    found = precision(SILICON)
    assert found.s_r**2 == pytest.approx(SILICON_WITHIN, rel=1e-9)
    assert found.s_L**2 == pytest.approx((SILICON_BETWEEN - SILICON_WITHIN) / 5, rel=1e-8)


def _slowly(results):
    """The formulas of ISO 5725-2:1994, 7.4, one number after the other."""
    n = [len(one) for one in results]
    means = [sum(one) / len(one) for one in results]
    inner = sum(sum((x - m) ** 2 for x in one) for one, m in zip(results, means, strict=True))
    within = inner / sum(k - 1 for k in n)
    mean = sum(k * m for k, m in zip(n, means, strict=True)) / sum(n)
    square = sum(k * (m - mean) ** 2 for k, m in zip(n, means, strict=True)) / (len(n) - 1)
    size = (sum(n) - sum(k * k for k in n) / sum(n)) / (len(n) - 1)
    between = max(0, (square - within) / size)
    return mean, math.sqrt(within), math.sqrt(between), math.sqrt(within + between)


@pytest.mark.parametrize("seed", range(20))
def test_any_numbers_of_results_agree_with_a_slow_version(seed):
    rng = np.random.default_rng(seed)
    results = [list(rng.normal(rng.normal(0, 2), 1, rng.integers(1, 6))) for _ in range(7)]
    results.append([1.0, 2.0])
    found = precision(results)
    assert (found.mean, found.s_r, found.s_L, found.s_R) == pytest.approx(_slowly(results))


def test_equal_numbers_agree_with_a_mixed_model():
    rng = np.random.default_rng(3)
    values = rng.normal(0, 1, (12, 4)) + rng.normal(0, 2, (12, 1))
    long = pd.DataFrame(values).melt(ignore_index=False, value_name="y").reset_index()
    fitted = smf.mixedlm("y ~ 1", long, groups="index").fit()
    found = precision(values)
    assert found.s_r**2 == pytest.approx(fitted.scale, rel=1e-4)
    assert found.s_L**2 == pytest.approx(fitted.cov_re.iloc[0, 0], rel=1e-3)


def test_machines_that_repeat_themselves_have_all_scatter_between_them():
    found = precision([[90.0, 90.0], [90.5] * 7, [91.5] * 3])
    assert found.exact and found.s_r == 0 and found.r == found.r_upper == 0
    assert found.s_L == found.s_R == pytest.approx(np.std([90.0, 90.5, 91.5], ddof=1))
    assert found.mean == pytest.approx(np.mean([90.0, 90.5, 91.5]))
    low, high = np.sqrt(2 / stats.chi2.ppf([0.975, 0.025], 2)) * found.s_R
    assert found.s_R_ci == found.s_L_ci == pytest.approx((low, high))


def test_machines_that_are_all_the_same_have_no_scatter_at_all():
    found = precision([[90.1, 90.1, 90.1]] * 5)
    assert found.exact and found.s_R == found.R_upper == 0


def test_one_run_a_machine_gives_s_R_alone():
    found = precision([[90.0], [91.0], [93.0]])
    assert np.isnan([found.s_r, found.s_L, found.r_upper]).all()
    assert found.s_R == pytest.approx(np.std([90, 91, 93], ddof=1))
    low, high = np.sqrt(2 / stats.chi2.ppf([0.975, 0.025], 2)) * found.s_R
    assert found.s_R_ci == pytest.approx((low, high))


def test_one_machine_says_nothing_of_others():
    found = precision([[90.0, 91.0]])
    assert found.s_r == pytest.approx(math.sqrt(0.5))
    assert np.isnan([found.s_L, found.s_R, found.R, found.R_upper]).all()


def test_a_shift_changes_no_scatter_and_a_scale_scales_it():
    results = list(COAL.values())[1]
    there = precision([np.array(one) * 3 + 50 for one in results])
    here = precision(results)
    assert there.mean == pytest.approx(here.mean * 3 + 50)
    assert [there.s_r, there.s_L, there.R_upper] == pytest.approx(
        [3 * here.s_r, 3 * here.s_L, 3 * here.R_upper]
    )


@pytest.mark.parametrize(
    ("sizes", "ratio"),
    [([2] * 14, 0.0), ([2] * 14, 1.0), ([2] * 14, 3.0), ([2, 2, 2, 3, 3, 5, 5, 10, 2, 2], 1.0)],
)
def test_the_intervals_hold_the_truth_as_often_as_they_say(sizes, ratio):
    """2,000 simulated rooms: s_r exact, s_R and s_L near 95 %, one-sided bounds near 95 %."""
    rng = np.random.default_rng(18)
    tables, total, hits = 2000, math.hypot(1, ratio), np.zeros(4)
    for _ in range(tables):
        results = [rng.normal(rng.normal(0, ratio) if ratio else 0, 1, n) for n in sizes]
        found = precision(results)
        hits += [
            found.s_r_ci[0] <= 1 <= found.s_r_ci[1],
            found.s_R_ci[0] <= total <= found.s_R_ci[1],
            found.s_L_ci[0] <= ratio <= found.s_L_ci[1],
            found.R_upper >= 1.96 * math.sqrt(2) * total,
        ]
    assert hits / tables == pytest.approx([0.95, 0.955, 0.96, 0.955], abs=0.025)


def test_what_is_no_result_is_refused():
    with pytest.raises(InputError, match="no laboratory"):
        precision([])
    with pytest.raises(InputError, match="Laboratory 2"):
        precision([[1.0], []])
    with pytest.raises(InputError, match="Laboratory 1"):
        precision([[np.nan], [1.0]])
