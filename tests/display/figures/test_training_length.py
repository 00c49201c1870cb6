"""Scatter against training length: a line an arm, the last epoch in the title."""

import pandas as pd

from helpers.display.figures.training_length import training_length
from helpers.statistics.training_length import by_length
from tests.statistics.test_training_length import _table


def test_every_arm_that_differs_has_a_line_and_the_title_says_the_last_epoch(ax):
    found = by_length(_table({"control": [0, 0], "order": [1.0, 0.5], "seeds": [2.0, 1.0]}), 1)
    training_length(found, ax)
    assert [line.get_label() for line in ax.lines] == ["order", "seeds"]
    last = found[(found["arm"] == "order") & (found["epoch"] == 2)]["sd"].item()
    assert f"After epoch 2 the SD is: order {last:.2f}" in ax.get_title()


def test_the_ratio_has_no_line_for_the_yardstick(ax):
    found = by_length(_table({"order": [1.0, 0.5], "seeds": [2.0, 1.0]}), 1)
    training_length(found, ax, "ratio")
    assert [line.get_label() for line in ax.lines] == ["order"]


def test_one_length_is_no_figure(ax):
    found = by_length(_table({"order": [1.0], "seeds": [2.0]}), 1)
    training_length(pd.DataFrame(found), ax)
    assert "No figure" in ax.get_label()
