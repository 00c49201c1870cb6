"""Dots of run medians: their range, the next run, and a published value."""

import pandas as pd
import pytest

from helpers.display.figures.run_medians import run_dots, run_medians
from helpers.statistics import repeatability, summary
from tests.display.example_runs import published


def test_run_medians_give_the_range_of_each_arm(ax):
    medians = pd.DataFrame({"arm": ["control"] * 2 + ["seeds"] * 2, "median": [90, 90, 89, 91.5]})
    run_medians(medians, ax)
    assert "control 0.00, seeds 2.50" in ax.get_title()


def test_dots_show_every_run_its_prediction_and_the_published_value(ax):
    found = summary.summarise_published(published())
    run_dots(found, ax, 95.9)
    assert sorted(ax.lines[0].get_xdata()) == sorted(found["published"]["medians"])
    assert list(ax.lines[1].get_xdata()) == pytest.approx([95.63, 96.35], abs=0.01)
    assert "95.63 to 96.35 %" in ax.get_title() and "published 95.90 %" in ax.get_label()


def test_a_published_value_far_off_is_an_arrow_that_squeezes_nothing(ax):
    found = summary.summarise_published(published().assign(median=[80 + i / 9 for i in range(10)]))
    run_dots(found, ax, 95.9)
    assert ax.get_xlim()[1] < 85
    assert any(text.get_text() == "published 95.90 % →" for text in ax.texts)


def test_runs_that_repeat_have_a_prediction_marked_as_not_valid(ax):
    level = repeatability.run_level([80, 80, 81], digests=list("aab"))
    numbers = {
        "medians": [80, 80, 81],
        "prediction_interval": level.prediction_interval,
        "verdict": level.verdict,
        "valid": level.valid,
    }
    run_dots({"default": numbers}, ax)
    assert "not valid: runs repeat" in ax.get_label()
