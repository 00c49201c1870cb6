"""How many repetitions, against published factors and simulation."""

import numpy as np
import pytest

from helpers.errors import InputError
from helpers.statistics.planning import (
    as_runs_accumulate,
    margin_with_power,
    precision_table,
    relative_error,
    runs_needed,
    verdict_power,
)
from helpers.statistics.repeatability import run_level


def test_an_sd_is_known_to_24_percent_at_10_runs_and_to_10_at_50():
    assert relative_error(10) == pytest.approx(0.24, abs=0.005)
    assert relative_error(50) == pytest.approx(0.10, abs=0.005)


def test_the_relative_error_is_how_much_sds_of_normal_runs_scatter():
    sds = np.random.default_rng(0).normal(0, 1, (20_000, 50)).std(axis=1, ddof=1)
    assert sds.std() == pytest.approx(relative_error(50), rel=0.03)


def test_the_table_gives_the_factors_of_both_intervals():
    table = precision_table([3, 50]).set_index("runs")
    assert table.loc[50, ["sd_lower", "sd_upper"]].tolist() == pytest.approx(
        [0.835, 1.246], abs=1e-3
    )
    assert table.loc[50, "ratio_lower"] == pytest.approx(0.75, abs=0.005)
    assert table.loc[3, "ratio_upper"] == pytest.approx(6.2, abs=0.05)


def test_the_closed_power_is_that_of_simulated_verdicts():
    draws = np.random.default_rng(1).normal(95, 0.12, (1500, 20))
    passed = np.mean([run_level(draw).verdict.startswith("repeatable") for draw in draws])
    assert passed == pytest.approx(verdict_power(0.12, 20), abs=0.04)
    assert 0.2 < passed < 0.9


def test_a_verdict_at_the_margin_itself_is_a_false_alarm_of_5_percent():
    at_the_margin = 0.5 / (1.959964 * np.sqrt(2))
    assert verdict_power(at_the_margin, 10) == pytest.approx(0.05, abs=1e-6)


def test_the_runs_needed_are_the_first_that_have_the_power():
    needed = runs_needed(0.15, margin=0.5)
    assert verdict_power(0.15, needed) >= 0.8 > verdict_power(0.15, needed - 1)
    assert runs_needed(0.15, margin=0.7) < needed


def test_no_number_of_runs_shows_what_is_not_so():
    assert runs_needed(0.2, margin=0.5, most=100) is None


@pytest.mark.parametrize(
    "arguments", [(0.15, 1), (0, 10), (0.15, 10, 0), (np.nan, 10), (0.15, 10, 1e308)]
)
def test_impossible_plans_are_refused(arguments):
    with pytest.raises(InputError):
        verdict_power(*arguments)


def test_the_published_ten_pass_in_15_percent_of_cases_if_their_sd_is_the_true_one():
    assert verdict_power(0.150366, 10, 0.5) == pytest.approx(0.15, abs=0.005)


def test_the_margin_with_a_power_has_that_power():
    margin = margin_with_power(0.150366, 10, power=0.8)
    assert verdict_power(0.150366, 10, margin) == pytest.approx(0.8)
    assert margin == pytest.approx(0.80, abs=0.005)
    with pytest.raises(InputError, match="power"):
        margin_with_power(0.15, 10, power=1)


def test_the_smallest_margin_that_passed_had_little_more_than_an_even_chance():
    rng = np.random.default_rng(4)
    found = run_level(95 + rng.normal(0, 0.3, 10))
    assert verdict_power(found.run_sd, 10, found.rc_upper) == pytest.approx(0.5625, abs=1e-3)


def test_the_run_level_settles_as_runs_accumulate():
    medians = 95 + np.random.default_rng(2).normal(0, 0.1, 20)
    found = as_runs_accumulate(medians)
    assert list(found["runs"]) == list(range(2, 21))
    whole = run_level(medians)
    last = found.iloc[-1]
    assert (last["rc"], last["rc_upper"], last["verdict"]) == (
        whole.rc,
        whole.rc_upper,
        whole.verdict,
    )
    assert found["rc_upper"].iloc[0] > 5 * found["rc_upper"].iloc[-1]
    assert as_runs_accumulate([95.0]).empty
