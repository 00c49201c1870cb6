"""Exchanges of trainings between runs, against every exchange there is and against closed forms."""

from itertools import permutations, product

import numpy as np
import pytest

from helpers.statistics.exchanges import exchange, exchange_means


def _cells(repetitions, patients=(4, 3, 4), seed=0):
    rng = np.random.default_rng(seed)
    shape = zip(repetitions, patients, strict=True)
    return [
        90 + rng.normal(0, 2, n) + rng.normal(size=(r, 1)) + rng.normal(size=(r, n))
        for r, n in shape
    ]


def _every_pair(cells, statistic):
    """All pairs of recombined runs that share no training: (places, places, half the square)."""
    places = list(product(*(range(len(fold)) for fold in cells)))
    runs = {p: np.concatenate([f[i] for f, i in zip(cells, p, strict=True)]) for p in places}
    found = {p: statistic(run) for p, run in runs.items()}
    return [
        (p, q, (found[p] - found[q]) ** 2 / 2)
        for p, q in product(places, places)
        if all(i != j for i, j in zip(p, q, strict=True))
    ]


def _every_exchange(cells, statistic):
    """The variance of runs over all permutations of each fold but the first."""
    orders = [list(permutations(range(len(fold)))) for fold in cells[1:]]
    runs = [
        np.concatenate([cells[0], *(f[list(o)] for f, o in zip(cells[1:], order, strict=True))], 1)
        for order in product(*orders)
    ]
    return np.array([np.var([statistic(row) for row in run], ddof=1) for run in runs])


@pytest.mark.parametrize("statistic", [np.median, np.mean, np.max])
def test_the_variance_is_the_mean_over_every_exchange(statistic):
    cells = _cells((4, 4, 4))
    drawn = exchange(cells, statistic, 4, np.random.default_rng(1), exchanges=20_000)
    exact = _every_exchange(cells, statistic)
    assert drawn.variance == pytest.approx(exact.mean(), rel=0.02)
    assert drawn.of_runs.mean() == pytest.approx(drawn.variance)
    assert np.std(drawn.of_runs) == pytest.approx(np.std(exact), rel=0.05)
    assert exact.mean() == pytest.approx(np.mean([h for *_, h in _every_pair(cells, statistic)]))


@pytest.mark.parametrize("repetitions", [(4, 4, 4), (3, 5, 4)])
def test_every_training_pulls_as_over_all_pairs_of_runs(repetitions):
    cells = _cells(repetitions, seed=3)
    drawn = exchange(cells, np.median, 3, np.random.default_rng(1), exchanges=20_000)
    pairs = _every_pair(cells, np.median)
    variance = np.mean([half for *_, half in pairs])
    assert drawn.variance == pytest.approx(variance, rel=0.02)
    for fold, pull in enumerate(drawn.pull):
        slow = [np.mean([h for p, _, h in pairs if p[fold] == i]) for i in range(len(pull))]
        assert pull == pytest.approx(np.array(slow) / variance, abs=0.05)


@pytest.mark.parametrize("repetitions", [(5, 5, 5), (3, 6, 4)])
def test_the_jackknife_leaves_out_one_training_at_a_time(repetitions):
    cells = _cells(repetitions, seed=5)
    drawn = exchange(cells, np.median, 3, np.random.default_rng(1), exchanges=40_000)
    whole, slow = np.mean([h for *_, h in _every_pair(cells, np.median)]), 0
    for fold, of_fold in enumerate(cells):
        left = []
        for training in range(len(of_fold)):
            fewer = list(cells)
            fewer[fold] = np.delete(of_fold, training, axis=0)
            left.append(np.mean([h for *_, h in _every_pair(fewer, np.median)]) / whole)
        slow += (len(left) - 1) * np.var(left)
    assert drawn.jackknife() == pytest.approx(slow, rel=0.1)


def test_for_means_exchanging_gives_the_sum_of_the_folds_variances():
    cells = _cells((4, 4, 4))
    exact, drawn = (
        exchange_means(cells),
        exchange(cells, np.mean, 4, np.random.default_rng(1), exchanges=40_000),
    )
    parts = [(f.shape[1] / 11) ** 2 * f.mean(axis=1).var(ddof=1) for f in cells]
    assert exact.variance == pytest.approx(sum(parts))
    assert exact.variance == pytest.approx(_every_exchange(cells, np.mean).mean())
    assert exact.shares == pytest.approx(np.array(parts) / sum(parts))
    assert drawn.variance == pytest.approx(exact.variance, rel=0.01)
    assert drawn.shares == pytest.approx(exact.shares, rel=0.05)
    assert np.concatenate(drawn.pull) == pytest.approx(np.concatenate(exact.pull), abs=0.02)
    assert drawn.jackknife() == pytest.approx(exact.jackknife(), rel=0.1)


def test_for_means_the_normal_degrees_of_freedom_are_satterthwaites():
    cells = _cells((4, 6, 5))
    weights = np.array([4, 3, 4]) / 11
    parts = weights**2 * [f.mean(axis=1).var(ddof=1) for f in cells]
    df = parts.sum() ** 2 / np.sum(parts**2 / np.array([3, 5, 4]))
    assert 2 / exchange_means(cells).as_normal() == pytest.approx(df)


def test_one_fold_that_scatters_alone_has_the_variance_of_its_runs():
    cells = _cells((6, 6, 6))
    still = [cells[0], *(np.repeat(f[:1], 6, axis=0) for f in cells[1:])]
    drawn = exchange(still, np.median, 6, np.random.default_rng(1), exchanges=50)
    medians = np.median(np.concatenate(still, axis=1), axis=1)
    assert drawn.variance == pytest.approx(medians.var(ddof=1))
    assert drawn.shares == pytest.approx([1, 0, 0], rel=0.2)
    assert drawn.as_normal() == pytest.approx(2 / 5, rel=0.4)


def test_trainings_that_are_all_alike_have_a_variance_of_exactly_zero():
    still = [np.repeat(fold[:1], 5, axis=0) for fold in _cells((5, 5, 5))]
    for done in (
        exchange(still, np.median, 5, np.random.default_rng(1), 50),
        exchange_means(still),
    ):
        assert done.variance == 0 and not done.of_runs.any() and not done.shares.any()


def test_in_batches_nothing_is_lost(monkeypatch):
    cells = _cells((4, 4, 4))
    monkeypatch.setattr("helpers.statistics.exchanges._BATCH", 11 * 4 * 7)
    drawn = exchange(cells, np.median, 4, np.random.default_rng(1), exchanges=3_001)
    assert len(drawn.of_runs) == 3_001
    assert drawn.variance == pytest.approx(_every_exchange(cells, np.median).mean(), rel=0.05)


def test_drawing_obeys_its_seed():
    first, again, other = (
        exchange(_cells((4, 4, 4)), np.median, 4, np.random.default_rng(s), 50) for s in (1, 1, 2)
    )
    assert first.variance == again.variance != other.variance
