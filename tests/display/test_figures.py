"""Figures show what they are given, say it in words, and stay inside their ``ax``."""

import re

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from helpers.display import figures, images, viewers
from helpers.imaging.volumes import Volume
from helpers.statistics import intervals


@pytest.fixture
def ax():
    figure, ax = plt.subplots()
    yield ax
    plt.close(figure)


def _table(rng, repetitions=4, patients=12):
    dsc = 90 + rng.normal(0, 3, (repetitions, patients))
    frame = pd.DataFrame(dsc).rename_axis("repetition").reset_index()
    return frame.melt("repetition", var_name="patient", value_name="dsc_percent")


def test_the_interval_strip_of_the_published_table_names_the_published_band(ax):
    table = intervals.read_published("helpers/reference/published_table.csv")
    assert figures.interval_strip(table, ax) is ax
    assert ax.get_title() == "All intervals share 95.69 to 96.36 %"
    shown = sorted(ax.lines[0].get_xdata())
    assert shown == sorted(table["median"])
    assert "95.69 to 96.36" in ax.get_label()


def test_intervals_without_a_common_band_are_said_to_have_none(ax):
    table = pd.DataFrame(
        {"repetition": [0, 1], "median": [90.0, 95], "lower": [89.0, 94], "upper": [91.0, 96]}
    )
    figures.interval_strip(table, ax)
    assert ax.get_title() == "No band in common: 94.00 is above 91.00 %"


def test_box_plots_state_the_range_of_the_medians(ax):
    table = _table(np.random.default_rng(0))
    figures.boxplots(table, ax)
    medians = table.groupby("repetition")["dsc_percent"].median()
    assert f"{medians.min():.2f} to {medians.max():.2f} %" in ax.get_title()
    assert f"{table['dsc_percent'].min():.1f} %" in ax.get_label()


def test_run_medians_give_the_range_of_each_arm(ax):
    medians = pd.DataFrame({"arm": ["control"] * 2 + ["seeds"] * 2, "median": [90, 90, 89, 91.5]})
    figures.run_medians(medians, ax)
    assert "control 0.00, seeds 2.50" in ax.get_title()


def test_every_arm_has_a_colour_of_its_own():
    arms = ("default", "seeds", "control", "order", "one_bit", "both")
    assert len({figures.arm_colour(arm) for arm in arms}) == len(arms)


def test_a_picture_carries_its_alternative_text_escaped():
    _, ax = plt.subplots()
    ax.set_label('a "quoted" finding < 1 %')
    page = viewers.shown(ax).data
    assert re.search(r'<img alt="a &quot;quoted&quot; finding &lt; 1 %" src="data:image/png', page)
    assert not plt.get_fignums()


def test_the_same_figure_gives_the_same_bytes():
    first, second = (viewers.png(plt.figure()) for _ in range(2))
    assert first == second


def test_show_source_shows_the_code_itself():
    shown = viewers.show_source(figures.learning_curve).data
    assert "learning_curve" in shown and "monospace" in shown


def test_curves_name_the_region_that_rises_most(ax):
    data = np.ones((4, 4, 2, 3), "float32")
    data[:2, ..., 1:] = 3
    volume = Volume(data, np.eye(4), np.array([0.0, 60, 120]), "", "")
    left = np.zeros((4, 4, 2), bool)
    left[:2] = True
    images.curves(volume, {"lesion": left, "fat": ~left}, ax)
    assert ax.get_title() == "Lesion rises most: +200%"
    assert "fat +0%" in ax.get_label()


def test_the_viewer_redraws_when_a_slider_moves():
    data = np.random.default_rng(0).uniform(0, 9, (8, 8, 3, 2)).astype("float32")
    viewer = viewers.volume_viewer(Volume(data, np.eye(4), np.array([0.0, 60]), "", ""))
    (z, _), picture = viewer.children[0].children, viewer.children[1]
    before = bytes(picture.value)
    z.value = 0
    assert bytes(picture.value).startswith(b"\x89PNG") and picture.value != before
