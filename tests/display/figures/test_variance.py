"""The parts of the variance, and the training that moves its fold most."""

import numpy as np
import pandas as pd
import pytest

from helpers.display.figures.variance import fold_run_map, variance_bars
from helpers.statistics import simulation, variance_components
from tests.display.example_runs import FOLD, runs_of, simulated


def test_the_bars_are_the_shares_of_the_components(ax):
    runs = simulated()
    variance_bars(runs, ax)
    parts = variance_components.variance_components(runs.dsc, FOLD)
    noise = [parts.run, parts.fold_run, parts.residual]
    widths = [bar.get_width() for bar in ax.patches]
    assert widths[4:] == pytest.approx(100 * np.array(noise) / np.clip(noise, 0, None).sum())
    assert f"{parts.fold_share:.0%} of the noise" in ax.get_title()


def test_a_negative_component_is_shown_left_of_zero(ax):
    fold = simulation.Truth().fold()
    runs = next(
        runs
        for runs in (pd.DataFrame(x) for x in simulation.simulate(simulation.Truth(), 1, 50))
        if variance_components.variance_components(runs, fold).run < 0
    )
    variance_bars(runs_of(runs, fold), ax)
    assert min(bar.get_width() for bar in ax.patches) < 0
    assert all(bar.get_x() == 0 for bar in ax.patches if bar.get_width() < 0)


def test_the_map_names_the_training_that_is_most_off(ax):
    runs = simulated()
    runs.dsc.iloc[2, FOLD == 3] += 5
    runs.dsc.index = [0, 2, 3, 4, 5, 6]  # repetition 1 is not whole
    fold_run_map(runs, ax)
    assert "repetition 3, fold 3" in ax.get_label()
    assert [t.get_text() for t in ax.get_yticklabels()] == ["0", "2", "3", "4", "5", "6"]
    plain = runs.dsc.to_numpy() - runs.dsc.to_numpy().mean(axis=0)
    off = plain[2, FOLD == 3].mean() - plain[2].mean()
    assert f"up to {off:.2f} points" in ax.get_title()
