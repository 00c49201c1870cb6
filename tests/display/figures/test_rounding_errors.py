"""Sums in many orders: how many distinct ones, and how far off."""

import numpy as np

from helpers.display.figures import rounding_errors
from helpers.nondeterminism import rounding


def test_sums_count_the_distinct_ones_of_each_way(ax):
    numbers = np.random.default_rng(0).random(10_000, "float32")
    found = rounding.sums(numbers, 20, np.random.default_rng(1))
    assert rounding_errors.sums(found, ax) is ax
    for way in ("one by one", "pairwise", "float64"):
        count = len({row["sum"] for row in found if row["way"] == way})
        assert f"{way} {count} sums" in ax.get_title()
    assert ax.get_xscale() == "log"
    assert len(ax.lines) == 3
    assert "off by up to" in ax.get_label()
