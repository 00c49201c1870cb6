"""Looking again and again, against a slow loop over verdicts and the closed form of one look."""

import numpy as np
import pytest

from helpers.errors import InputError
from helpers.statistics.planning import verdict_power
from helpers.statistics.repeatability import TWO_RUNS, run_level
from helpers.statistics.sequential import chance_by_look, level_for

EDGE = 0.5 / TWO_RUNS  # the SD whose RC is the margin
THREE_MORE = tuple(range(10, 41, 3))


def test_one_look_is_the_closed_form():
    for sd, runs in ((EDGE, 10), (0.12, 20)):
        found = chance_by_look(sd, [runs], rng=1)["so_far"].item()
        assert found == pytest.approx(verdict_power(sd, runs), abs=0.012)


def test_many_looks_are_those_of_a_loop_over_verdicts():
    rng, said = np.random.default_rng(3), []
    for _ in range(1500):
        medians = 95 + rng.normal(0, 0.14, 16)
        looks = [run_level(medians[:runs]).verdict for runs in (10, 13, 16)]
        said.append("repeatable within ±0.5 points" in looks)
    found = chance_by_look(0.14, [10, 13, 16], rng=1)["so_far"].iloc[-1]
    assert np.mean(said) == pytest.approx(found, abs=0.03)


def test_three_more_until_it_passes_is_wrong_three_times_as_often_as_one_look():
    found = chance_by_look(EDGE, THREE_MORE, rng=1)
    assert found["so_far"].iloc[0] == pytest.approx(0.05, abs=0.007)
    assert found["so_far"].iloc[-1] == pytest.approx(0.16, abs=0.012)
    assert found["this_look"].tolist() == pytest.approx([0.05] * 11, abs=0.008)


@pytest.mark.parametrize("looks", [(10, 13), THREE_MORE, tuple(range(5, 51))])
def test_at_the_level_for_all_looks_together_they_are_wrong_in_5_percent(looks):
    level = level_for(looks, rng=2)
    assert level > 0.95
    found = chance_by_look(EDGE, looks, rng=3, level=level)
    assert found["so_far"].iloc[-1] == pytest.approx(0.05, abs=0.008)


def test_the_level_of_one_look_is_that_of_the_verdict():
    assert level_for([12], rng=1) == pytest.approx(0.95, abs=0.006)


def test_the_looks_obey_their_seed():
    first, again, other = (chance_by_look(0.15, [5, 9], s, studies=500) for s in (1, 1, 2))
    assert first.equals(again) and not first.equals(other)
    levels = [level_for([5, 9], s, studies=500) for s in (1, 1, 2)]
    assert levels[0] == levels[1] != levels[2]


@pytest.mark.parametrize("looks", [(), (1, 5), (10, 10), (10, 7)])
def test_looks_that_do_not_rise_are_refused(looks):
    with pytest.raises(InputError, match="rising"):
        chance_by_look(0.15, looks, rng=1)
