"""Figures of rounding state their finding, and it is that of the numbers they are given."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from helpers.display import floating_point
from helpers.nondeterminism import rounding


@pytest.fixture
def ax():
    figure, ax = plt.subplots()
    yield ax
    plt.close(figure)


def _distances(factors, steps=20, runs=3):
    return pd.DataFrame(
        {"arm": arm, "run": run, "step": step, "distance": run * 1e-8 * factor**step}
        for arm, factor in factors.items()
        for run in range(runs)
        for step in range(1, steps + 1)
    )


def test_sums_count_the_distinct_ones_of_each_way(ax):
    numbers = np.random.default_rng(0).random(10_000, "float32")
    found = rounding.sums(numbers, 20, np.random.default_rng(1))
    assert floating_point.sums(found, ax) is ax
    for way in ("one by one", "pairwise", "float64"):
        count = len({row["sum"] for row in found if row["way"] == way})
        assert f"{way} {count} sums" in ax.get_title()
    assert ax.get_xscale() == "log"
    assert len(ax.lines) == 3
    assert "off by up to" in ax.get_label()


def test_growth_has_each_arms_rate_in_its_title(ax):
    assert floating_point.growth(_distances({"one_bit": 1.5, "order": 2.0}), ax) is ax
    assert "one_bit ×1.50 a step" in ax.get_title()
    assert "order ×2.00 a step" in ax.get_title()
    assert ax.get_yscale() == "log"
    assert "up to 2.1%" in ax.get_label()


def test_the_range_of_the_fit_is_stated_as_told(ax):
    floating_point.growth(_distances({"one_bit": 1.5}), ax, 4, 9)
    assert ax.get_title() == "one_bit ×1.50 a step (steps 4 to 9)"


def test_runs_that_do_not_part_are_said_not_to(ax):
    table = _distances({"control": 1.0}).assign(distance=0.0)
    floating_point.growth(table, ax)
    assert "identical" in ax.get_label()


def test_an_arm_that_parts_at_the_last_step_has_no_rate(ax):
    table = _distances({"order": 1.5}, steps=4)
    table.loc[table["step"] < 4, "distance"] = 0.0
    floating_point.growth(table, ax)
    assert ax.get_title() == "order no rate"


def test_growth_that_is_no_straight_line_is_said_to_be_off(ax):
    table = _distances({"order": 1.0}, steps=9)
    floating_point.growth(table.assign(distance=table["run"] * 1e-6 * table["step"] ** 3.0), ax)
    assert ", off by ×1." in ax.get_title()


def test_dsc_moves_by_what_lies_between_a_run_and_the_first(ax):
    steps = _distances({"one_bit": 1.5, "order": 1.5}, steps=10)
    moved = 0.25 * steps["run"] * (1 + (steps["arm"] == "order"))
    table = steps.assign(dsc_percent=(80 - moved).where(steps["step"] % 5 == 0))
    assert floating_point.dsc_growth(table, ax) is ax
    assert ax.get_title() == "DSC moves by up to 0.5 (one_bit), 1.0 (order)"
    assert [list(line.get_xdata()) for line in ax.lines] == [[5, 10]] * 4
    assert ax.lines[-1].get_ydata() == pytest.approx([1, 1])
    assert "by step" in ax.get_label()
