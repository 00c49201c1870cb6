"""Data that are too few give a sentence in place of a figure."""

from dataclasses import replace

import pytest

from helpers.display import pictures
from helpers.display.figures.equivalence import equivalence
from helpers.display.figures.intervals import strip_and_chance
from helpers.display.figures.ranks import rank_map
from helpers.display.figures.repeatability_so_far import repeatability_so_far
from helpers.display.figures.variance import fold_run_map, variance_bars
from helpers.display.figures.verdict_power import verdict_power
from tests.display.example_runs import FLAT, TINY, runs_of

SINGLE = replace(TINY, dsc=TINY.dsc.iloc[:1])
ALIKE = replace(TINY, dsc=TINY.dsc + 1e-3)


@pytest.mark.parametrize(
    "plot",
    [
        lambda ax: strip_and_chance(TINY, ax),
        lambda ax: variance_bars(SINGLE, ax),
        lambda ax: variance_bars(FLAT, ax),
        lambda ax: fold_run_map(runs_of(TINY.dsc), ax),
        lambda ax: equivalence({"a": TINY, "b": FLAT}, "a", ax),
        lambda ax: rank_map(FLAT, ax),
        lambda ax: rank_map(SINGLE, ax),
        lambda ax: repeatability_so_far([80.0], 0.5, ax),
        lambda ax: verdict_power({"a": None, "b": 0.0}, 0.5, ax),
    ],
)
def test_data_that_are_too_few_give_a_sentence_in_place_of_a_figure(ax, plot):
    assert plot(ax) is ax
    assert ax.get_label().startswith("No figure: ") and ax.texts
    assert "<img alt=" in pictures.picture(ax).tag


@pytest.mark.parametrize(
    "plot",
    [
        lambda ax: variance_bars(TINY, ax),
        lambda ax: fold_run_map(TINY, ax),
        lambda ax: rank_map(TINY, ax, splits=50),
        lambda ax: repeatability_so_far(TINY.medians, 0.5, ax),
        lambda ax: equivalence({"a": TINY, "b": ALIKE}, "a", ax),
    ],
)
def test_two_runs_of_four_patients_are_enough_for_a_figure_or_a_sentence(ax, plot):
    assert plot(ax).get_label()
    assert pictures.picture(ax).png
