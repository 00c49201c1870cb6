"""The worse of two methods, against trainings that are drawn one by one."""

import numpy as np
import pytest
from scipy import stats

from helpers.errors import InputError
from helpers.statistics.decision import chance_of_the_worse, difference_told, trainings_needed


@pytest.mark.parametrize("trainings", [1, 3])
def test_the_worse_wins_as_often_as_in_drawn_trainings(trainings):
    rng = np.random.default_rng(1)
    worse, better = rng.normal(0, 0.4, (2, 40_000, trainings)).mean(axis=2)
    wins = np.mean(worse > better + 0.3)
    assert chance_of_the_worse(0.3, 0.4, trainings) == pytest.approx(wins, abs=0.01)


def test_it_is_the_closed_form_also_for_many_differences():
    apart = np.array([0.0, 0.5, 1.0])
    found = chance_of_the_worse(apart, 0.43)
    assert found == pytest.approx(stats.norm.cdf(-apart / (np.sqrt(2) * 0.43)))
    assert found[0] == 0.5


def test_the_difference_that_is_told_has_the_risk_that_was_asked_for():
    told = difference_told(0.43, risk=0.05)
    assert chance_of_the_worse(told, 0.43) == pytest.approx(0.05)
    assert difference_told(0.43, 0.05, trainings=4) == pytest.approx(told / 2)


def test_so_many_trainings_are_enough_and_one_less_is_not():
    needed = trainings_needed(0.5, 0.65)
    assert chance_of_the_worse(0.5, 0.65, needed) <= 0.05
    assert chance_of_the_worse(0.5, 0.65, needed - 1) > 0.05
    assert trainings_needed(5, 0.1) == 1


@pytest.mark.parametrize(
    "call",
    [
        lambda: chance_of_the_worse(-1, 0.4),
        lambda: chance_of_the_worse(1, 0),
        lambda: chance_of_the_worse(1, 0.4, trainings=0),
        lambda: difference_told(0.4, risk=0.5),
        lambda: trainings_needed(0, 0.4),
    ],
)
def test_impossible_decisions_are_refused(call):
    with pytest.raises(InputError):
        call()
