"""Ranks: the best run stands on top."""

import pytest

from helpers.display.figures.ranks import rank_map
from tests.display.example_runs import simulated


def test_the_rank_map_puts_the_best_run_on_top(ax):
    runs = simulated()
    runs.dsc.iloc[4] += 8
    rank_map(runs, ax, resamples=500)
    assert ax.get_title() == "Run 4 ranks first in 100% of the resamples"
    assert ax.get_yticklabels()[0].get_text() == "4"
    assert list(ax.images[0].get_array().sum(axis=1)) == pytest.approx([100] * 6)
