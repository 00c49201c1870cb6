"""Ranks: a run that is better stays on top in the other half of the folds."""

import pytest

from helpers.display.figures.ranks import rank_map
from tests.display.example_runs import simulated


def test_the_rank_map_finds_the_best_run_on_top_in_both_halves(ax):
    runs = simulated()
    runs.dsc.iloc[4] += 8
    rank_map(runs, ax, splits=200)
    assert ax.get_title() == (
        "The best by half of the folds is the best by the other half in 100% of splits; luck "
        "alone: 17%"
    )
    assert ax.images[0].get_array()[0, 0] == 100
    assert list(ax.images[0].get_array().sum(axis=1)) == pytest.approx([100] * 6)
