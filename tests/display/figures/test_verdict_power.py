"""The power of the verdict: how many repetitions it takes, an arm a line."""

import pytest
from scipy import stats

from helpers.display.figures.verdict_power import verdict_power
from helpers.statistics import planning


def test_the_power_of_the_verdict_names_the_repetitions_it_takes(ax):
    verdict_power({"a": 0.1, "b": 0.3}, 0.5, ax)
    assert f"a {planning.runs_needed(0.1)}, b never" in ax.get_title()
    chance = 100 * stats.chi2.cdf((0.5 / 0.27718) ** 2 * stats.chi2.ppf(0.05, 9), 9)
    assert ax.lines[0].get_ydata()[8] == pytest.approx(chance, rel=1e-3)


def test_what_the_runs_that_there_are_had_for_a_chance_is_marked(ax):
    verdict_power({"published": 0.150366, "control": 0.0}, 0.5, ax, done={"published": 10})
    mark, line, _ = ax.lines
    assert line.get_label() == "published, SD 0.15, 15 % with 10 runs"
    assert mark.get_ydata()[0] == pytest.approx(line.get_ydata()[8])


def test_nine_arms_have_nine_lines_that_look_different(ax):
    sds = {f"arm{number}": 0.1 + number / 50 for number in range(9)}
    verdict_power(sds, 0.5, ax)
    lines = ax.lines[:-1]  # the last is the 80 %
    assert [n.get_label().split(",")[0] for n in lines] == list(sds)
    assert len({(n.get_color(), n.get_linestyle()) for n in lines}) == 9
    assert all(f"{arm} " in ax.get_title() for arm in sds)


def test_few_repetitions_advise_with_the_interval_of_their_sd(ax):
    """Three tell an SD so badly that no number may be enough."""
    verdict_power({"order": 0.1, "seeds": 0.3}, 0.5, ax, done={"order": 3})
    assert f"order {planning.runs_needed(0.1)} (5 to never), seeds never" in ax.get_title()
