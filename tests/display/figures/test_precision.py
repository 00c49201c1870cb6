"""s_r beside s_R, with intervals, and other seeds as the yardstick."""

import pytest

from helpers.display.figures.precision import precision
from helpers.statistics import room_summary
from tests.display.example_room import example_room


def _found(**changed):
    return room_summary.summarise(**example_room(**changed).numbers)


def test_both_sds_of_each_arm_are_where_they_belong(ax):
    found = _found()
    precision(found, ax)
    dots = [float(line.get_xdata()[0]) for line in ax.lines if line.get_marker() in "so"]
    expected = [found[arm][name] for arm in ("control", "order") for name in ("s_r", "s_R")]
    assert sorted(dots) == pytest.approx(sorted(expected))
    assert [text.get_text() for text in ax.get_yticklabels()] == ["control", "order"]


def test_the_title_tells_the_numbers_and_the_yardstick(ax):
    found = _found()
    precision(found, ax)
    assert f"control s_r 0.000, s_R {found['control']['s_R']:.3f}" in ax.get_title()
    assert f"other seeds {found['seeds']['yardstick']['sd']:.3f}" in ax.get_title()


def test_one_machine_has_no_figure_but_a_sentence(ax):
    precision(_found(machines=1), ax)
    assert "One machine has no scatter" in ax.get_label()


def test_an_interval_too_long_for_the_axis_ends_in_an_arrow(ax):
    precision(_found(machines=2, kinds=2, arms=("control",)), ax)
    assert any(line.get_marker() == ">" for line in ax.lines)
