"""Tables dealt from real trainings: runs that do not differ, with the noise of an arm."""

import numpy as np
import pytest

from helpers.errors import InputError
from helpers.statistics.recombined_cells import Cells, recombine
from helpers.statistics.runs import by_arm
from helpers.statistics.simulation import rejections, size_and_power
from helpers.study import shipped

TABLE = np.arange(24.0).reshape(4, 6) + 50
FOLD = np.array(["b", "a", "b", "c", "a", "c"])


@pytest.fixture(scope="module")
def order():
    return by_arm(shipped.table("study"))["order"]


def test_every_fold_of_a_dealt_run_is_one_training_and_none_is_dealt_twice():
    dealt = recombine(Cells(TABLE, FOLD, runs=3), rng=1, tables=200)
    assert dealt.shape == (200, 3, 6)
    for table in dealt:
        for name in "abc":
            held = name == FOLD
            rows = [tuple(run[held]) for run in table]
            assert len(set(rows)) == 3 and set(rows) <= {tuple(run[held]) for run in TABLE}


def test_the_folds_are_dealt_apart_and_every_training_as_often():
    dealt = recombine(Cells(TABLE, FOLD, runs=2), rng=1, tables=8000)[:, 0]
    first, second = (dealt[:, place] // 6 for place in (0, 1))  # two folds
    counts = np.unique(first, return_counts=True)[1]
    assert counts / 8000 == pytest.approx([0.25] * 4, abs=0.02)
    assert np.corrcoef(first, second)[0, 1] == pytest.approx(0, abs=0.03)


def test_dealing_obeys_its_seed_and_shifts_the_second_run_only():
    cells = Cells(TABLE, FOLD, runs=3)
    first, again, other = (cells.draw(seed, 5) for seed in (1, 1, 2))
    assert np.array_equal(first, again) and not np.array_equal(first, other)
    moved = cells.draw(1, 5, shift=2.0) - first
    assert np.allclose(moved[:, 1], 2) and not np.delete(moved, 1, axis=1).any()


@pytest.mark.parametrize(("runs", "says"), [(1, "1 runs"), (5, "5 runs of 4 repetitions")])
def test_runs_that_cannot_be_dealt_are_refused(runs, says):
    with pytest.raises(InputError, match=says):
        Cells(TABLE, FOLD, runs=runs)


def test_folds_that_do_not_fit_are_refused():
    with pytest.raises(InputError, match="folds"):
        Cells(TABLE, FOLD[:-1])


def _rates(cells, shift=0.0):
    found = rejections(cells.draw(1, 1000, shift), cells.fold())
    return found.set_index(["rule", "compares", "unit"])["rate"]


def test_with_our_own_noise_tests_over_patients_are_wrong_and_tests_over_folds_are_not(order):
    rates = _rates(Cells(order.dsc, order.fold, runs=10))
    assert rates["Wilcoxon", "two runs", "patient"] == pytest.approx(0.18, abs=0.04)
    assert rates["Friedman", "all runs", "patient"] == pytest.approx(0.52, abs=0.05)
    assert rates["t", "two runs", "fold"] == pytest.approx(0.03, abs=0.02)
    assert rates["F", "all runs", "fold × run"] < 0.06


def test_a_fold_test_sees_a_whole_point_less_than_half_as_often_as_in_the_simulation(order):
    assert _rates(Cells(order.dsc, order.fold), 1.0)["t", "two runs", "fold"] == pytest.approx(
        0.43, abs=0.05
    )


def test_the_same_curves_are_drawn_from_either_noise(order):
    found = size_and_power(Cells(order.dsc, order.fold), [0, 2.0], 1, tables=200)
    folds = found.query("rule == 't' and unit == 'fold'").set_index("shift")["rate"]
    assert folds[0] < 0.1 and folds[2.0] > 0.6
