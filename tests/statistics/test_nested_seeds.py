"""Seeds and rounding, told apart: against every pair of runs, and a truth that is known."""

from itertools import product

import numpy as np
import pytest

from helpers.errors import InputError
from helpers.statistics.nested_seeds import nested_seeds


def _trainings(seed_sd, rounding_sd, rng, seeds=10, repetitions=5, folds=10):
    """Of four patients a fold, who stay the same; a seed moves them together."""
    level = np.random.default_rng(1).normal(90, 2, size=(folds, 1, 1, 4))
    seed = rng.normal(scale=seed_sd, size=(folds, seeds, 1, 1))
    return list(level + seed + rng.normal(scale=rounding_sd, size=(folds, seeds, repetitions, 4)))


def test_variances_are_those_of_all_pairs_of_runs():
    cells = _trainings(1.0, 1.0, np.random.default_rng(3), seeds=4, repetitions=2, folds=2)
    trainings = list(product(range(4), range(2)))
    pairs = [(a, b) for a, b in product(trainings, trainings) if a[1] != b[1]]
    squares = {True: [], False: []}
    for one, two in product(pairs, pairs):
        same = {a[0] == b[0] for a, b in (one, two)}
        if len(same) == 1:
            runs = [np.median(np.append(cells[0][one[i]], cells[1][two[i]])) for i in (0, 1)]
            squares[same.pop()].append((runs[0] - runs[1]) ** 2 / 2)
    found = nested_seeds(cells, 1, pairs=400_000)
    assert found.rounding_sd**2 == pytest.approx(np.mean(squares[True]), rel=0.02)
    assert found.total_sd**2 == pytest.approx(np.mean(squares[False]), rel=0.02)


@pytest.mark.parametrize(("seed_sd", "rounding_sd"), [(0.0, 1.0), (0.5, 1.0)])
def test_the_interval_holds_the_true_share_in_about_95_percent(seed_sd, rounding_sd):
    rng = np.random.default_rng(7)
    truth = nested_seeds(_trainings(seed_sd, rounding_sd, rng, seeds=100), rng, 20_000).share
    found = [nested_seeds(_trainings(seed_sd, rounding_sd, rng), rng, 1_000) for _ in range(60)]
    assert np.mean([one.share_ci[0] <= truth <= one.share_ci[1] for one in found]) >= 0.85


def test_rounding_alone_has_a_share_of_one():
    found = nested_seeds(_trainings(0.0, 1.0, np.random.default_rng(5)), 1)
    assert found.share == pytest.approx(1, abs=0.15)
    assert found.share_ci[0] < 1 < found.share_ci[1]


def test_three_seeds_are_refused():
    with pytest.raises(InputError, match="four seeds"):
        nested_seeds([np.zeros((3, 5, 4))], 1)


def test_a_sentence_says_how_much_is_rounding_with_its_interval():
    found = nested_seeds(_trainings(0.0, 1.0, np.random.default_rng(5)), 1, 2_000)
    low, high = (round(100 * bound) for bound in found.share_ci)
    assert f"{round(100 * found.share)} % is rounding (95 % interval {low} to {high} %)" in str(
        found
    )
