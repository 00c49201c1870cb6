"""The worse method: its chance, an arm a line, and the same with sliders."""

import numpy as np
import pytest
from scipy import stats

from helpers.display.figures.worse_method import at_a_glance, worse_method


def test_the_lines_are_the_closed_form_and_the_title_names_the_differences_told(ax):
    worse_method({"seeds": 0.43, "control": 0.0, "order": 0.32}, ax)
    assert [line.get_label() for line in ax.lines[:2]] == ["seeds, SD 0.43", "order, SD 0.32"]
    apart, chance = ax.lines[0].get_data()
    assert chance == pytest.approx(100 * stats.norm.cdf(-apart / (np.sqrt(2) * 0.43)))
    assert "5% at seeds 1.00, order 0.74 points" in ax.get_title()


def test_without_scatter_there_is_nothing_to_decide(ax):
    assert "nothing scatters, or there is one run" in worse_method({"a": 0.0}, ax).get_label()


def test_at_a_glance_both_chances_are_told(ax):
    at_a_glance(0.15, 0.5, 1, 10, ax)
    assert "the worse 0.9%" in ax.get_title()
    assert "10 repetitions within ±0.5: 15% before looking; 80 % from ±0.80" in ax.get_title()
    at_a_glance(0.15, 0.0, 1, 10, ax)
    assert "the worse 50.0%" in ax.get_title()
