"""Equivalence is read off where two one-sided tests pass; an arm a line."""

import numpy as np

from helpers.display.figures.equivalence import ANSWERS, equivalence
from helpers.statistics import arm_comparison
from tests.display.example_runs import FOLD, runs_of, simulated


def test_equivalence_starts_where_two_one_sided_tests_pass(ax):
    one, other = simulated(1), simulated(2)
    control = runs_of(np.tile(np.linspace(70, 90, 20), (3, 1)))
    equivalence({"default": one, "order": other, "control": control}, "default", ax)
    margin = arm_comparison.compare_arms(one.dsc, other.dsc, FOLD, 1).smallest_margin
    shown = float(ax.get_label().split("order from ")[1].split(" points")[0])
    assert margin < shown < 1.15 * margin
    assert "control" not in ax.get_label()


def test_three_answers_have_three_colours_and_three_marks(ax):
    equivalence({"a": simulated(1), "b": simulated(2, shift=1.0)}, "a", ax)
    looks = {
        line.get_label(): (line.get_color(), line.get_marker())
        for line in ax.lines
        if line.get_label() in ANSWERS
    }
    assert len({colour for colour, _ in looks.values()}) == len(looks) == 3
    assert len({mark for _, mark in looks.values()}) == 3
    drawn = {line.get_marker() for line in ax.lines if len(line.get_xdata())}
    assert {"X", "o"} <= drawn


def test_nine_arms_have_nine_lines_that_look_different(ax):
    arms = {f"arm{number}": simulated(number) for number in range(10)}
    equivalence(arms, "arm0", ax)
    looks = {
        n.get_label(): (n.get_color(), n.get_linestyle()) for n in ax.lines if n.get_label() in arms
    }
    assert set(looks) == set(arms) - {"arm0"} and len(set(looks.values())) == 9
    assert all(f"{arm} " in ax.get_title() for arm in looks)
