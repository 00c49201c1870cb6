"""Sums in many orders, and the growth of a made-up exponential."""

from fractions import Fraction

import numpy as np
import pytest

from helpers.errors import InputError
from helpers.nondeterminism import rounding


def test_the_error_is_that_of_exact_fractions():
    numbers = np.random.default_rng(0).normal(1, 1, 200).astype("float32")
    exact = sum(Fraction(float(n)) for n in numbers)
    for row in rounding.sums(numbers, 3, np.random.default_rng(1)):
        slow = float((Fraction(row["sum"]) - exact) / exact)
        assert row["error"] == pytest.approx(slow, abs=1e-15)


def test_one_by_one_is_a_loop_in_float32():
    numbers = np.random.default_rng(2).random(500, "float32")
    total = np.float32(0)
    for n in np.random.default_rng(3).permutation(numbers):
        total += n
    first = rounding.sums(numbers, 1, np.random.default_rng(3))[0]
    assert (first["way"], first["sum"]) == ("one by one", float(total))


def test_a_million_numbers_have_many_float32_sums_and_pairwise_is_nearer():
    numbers = np.random.default_rng(4).random(10**6, "float32")
    found = rounding.sums(numbers, 5, np.random.default_rng(5))
    ways = ("one by one", "pairwise", "float64")
    worst = {w: max(abs(r["error"]) for r in found if r["way"] == w) for w in ways}
    assert len({r["sum"] for r in found if r["way"] == "one by one"}) == 5
    assert worst["one by one"] > worst["pairwise"] > worst["float64"]
    assert worst["float64"] < 1e-12


def test_orders_are_drawn_by_the_generator():
    numbers = np.random.default_rng(6).random(1000, "float32")
    one, again, other = (rounding.sums(numbers, 4, np.random.default_rng(s)) for s in (1, 1, 2))
    assert one == again != other


def test_numbers_that_add_up_to_nothing_are_refused():
    with pytest.raises(InputError, match="add up to 0"):
        rounding.sums(np.array([1, -1], "float32"), 1, np.random.default_rng(0))


@pytest.mark.parametrize("rate", [0.05, 0.7])
def test_the_rate_of_a_made_up_exponential_is_recovered(rate):
    steps = np.arange(1, 40)
    scatter = np.random.default_rng(7).normal(0, 0.01, len(steps))
    distances = np.minimum(1e-7 * np.exp(rate * steps + scatter), 0.05)
    found = rounding.growth(steps, distances)
    assert found.rate == pytest.approx(rate, rel=0.02)
    assert found.factor == pytest.approx(np.exp(rate), rel=0.02)
    assert found.doubling == pytest.approx(np.log(2) / rate, rel=0.02)
    assert 1 < found.misfit < 1.02


def test_growth_is_fitted_where_it_is_told_and_before_it_levels_off():
    steps = np.arange(1, 31)
    distances = np.where(steps <= 10, 0.0, np.minimum(1e-6 * 2.0 ** (steps - 10), 0.02))
    found = rounding.growth(steps, distances)
    assert (found.first, found.factor) == (11, pytest.approx(2))
    assert found.last == 23  # 1e-6 · 2^13 is below LINEAR, 1e-6 · 2^14 above
    told = rounding.growth(steps, distances, 25, 30)
    assert (told.first, told.last) == (25, 30)
    assert told.rate == pytest.approx(0, abs=1e-12)
    assert told.doubling > 1e9


def test_runs_that_do_not_part_have_no_rate():
    with pytest.raises(InputError, match="Fewer than three"):
        rounding.growth(np.arange(5), np.zeros(5))


def test_growth_that_slows_down_is_far_from_its_line():
    steps = np.arange(1, 10)
    assert rounding.growth(steps, 1e-6 * steps**3.0).misfit > 1.3
