"""Repeatability as runs accumulate ends at the bound of all runs."""

import pytest

from helpers.display.figures.repeatability_so_far import repeatability_so_far
from helpers.statistics import repeatability
from tests.display.example_runs import published


def test_repeatability_ends_at_the_bound_of_all_runs(ax):
    medians = published()["median"]
    repeatability_so_far(medians, 0.5, ax)
    assert ax.lines[1].get_ydata()[-1] == pytest.approx(
        repeatability.run_level(medians, 0.5).rc_upper
    )
    assert "RC is 0.42, upper bound 0.69" in ax.get_title() and "not shown" in ax.get_label()
