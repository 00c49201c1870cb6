"""The strip of intervals shows every repetition, and the band they share."""

import numpy as np
import pandas as pd

from helpers.display.figures import intervals as figure
from helpers.display.figures.intervals import interval_strip, strip_and_chance
from helpers.statistics import intervals
from tests.display.example_runs import published, runs_of, simulated


def test_the_interval_strip_of_the_published_table_names_the_published_band(ax):
    table = published()
    assert interval_strip(table, ax) is ax
    assert ax.get_title() == "All intervals share 95.69 to 96.36 %"
    shown = sorted(ax.lines[0].get_xdata())
    assert shown == sorted(table["median"])
    assert "95.69 to 96.36" in ax.get_label()


def test_intervals_without_a_common_band_are_said_to_have_none(ax):
    table = pd.DataFrame(
        {"repetition": [0, 1], "median": [90.0, 95], "lower": [89.0, 94], "upper": [91.0, 96]}
    )
    interval_strip(table, ax)
    assert ax.get_title() == "No band in common: 94.00 is above 91.00 %"


def test_the_strip_shows_where_chance_puts_the_edges_of_the_band(ax):
    runs = simulated()
    assert strip_and_chance(runs, ax) is ax
    band = intervals.overlap(intervals.overlap_table(runs.dsc))
    assert f"{band.spare:.2f} points to spare" in ax.get_title()
    assert "runs that do not differ would have" in ax.get_label()


def test_chance_is_not_asked_of_identical_runs(ax, monkeypatch):
    monkeypatch.setattr(figure.common_band, "null_band", None)
    flat = np.tile(np.linspace(70, 90, 12), (3, 1))
    strip_and_chance(runs_of(flat, np.arange(12) % 3), ax)
    assert "by chance" not in ax.get_title()
