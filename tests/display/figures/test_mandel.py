"""Mandel's h as bars, k as dots where machines scatter, critical values as lines."""

import pytest

from helpers.display.figures.mandel import mandel
from helpers.interlaboratory import room
from helpers.statistics import room_summary
from tests.display.example_room import example_lines, example_room


def _drawn(ax, arm, **changed):
    made = example_room(**changed)
    found = room_summary.summarise(**made.numbers)
    mandel(made, found, arm, ax)
    return found[arm]


def test_bars_are_h_and_no_k_is_drawn_where_machines_repeat_themselves(ax):
    numbers = _drawn(ax, "control")
    assert [bar.get_height() for bar in ax.patches] == pytest.approx(numbers["h"])
    assert not [line for line in ax.lines if line.get_marker() == "D"]


def test_dots_are_k_where_machines_scatter(ax):
    numbers = _drawn(ax, "order")
    [dots] = [line for line in ax.lines if line.get_marker() == "D"]
    assert list(dots.get_ydata()) == pytest.approx(numbers["k"])


def test_the_critical_values_are_lines_on_both_sides(ax):
    numbers = _drawn(ax, "control")
    drawn = {round(float(line.get_ydata()[0]), 6) for line in ax.lines}
    for value in numbers["critical_h"]:
        assert {round(value, 6), round(-value, 6)} <= drawn


def test_a_machine_far_off_is_named(ax):
    _drawn(ax, "control", machines=9, kinds=9)
    assert "none beyond 5 %" in ax.get_title()
    ax.clear()
    far = room.of_lines([*example_lines(machines=20, kinds=3), example_lines(21, 21)[20]])
    mandel(far, room_summary.summarise(**far.numbers), "control", ax)
    assert ax.get_title() == "control, h: beyond 5 %: 21"
