"""Best of R: luck, shares and ranks."""

from itertools import combinations, permutations, product

import numpy as np
import pandas as pd
import pytest

from helpers.errors import InputError
from helpers.statistics.best_run import best_of, expected_maximum, rank_shares
from helpers.statistics.recombined_cells import Cells
from helpers.statistics.simulation import Truth
from helpers.study import shipped

TABLE = 95 + np.random.default_rng(0).normal(0, 1, (5, 41))
FOLD = np.arange(41) % 8


def test_the_expected_maximum_is_that_of_tippetts_table():
    assert expected_maximum(10) == pytest.approx(1.53875, abs=5e-6)
    assert expected_maximum(50) == pytest.approx(2.24907, abs=5e-6)
    assert expected_maximum(1) == pytest.approx(0, abs=1e-9)


def test_p_is_that_of_all_exchanges_of_trainings():
    table, fold = TABLE[:3, :6], np.array([0, 0, 1, 1, 2, 2])
    medians = np.median(table, axis=1)
    reached = []
    for orders in product(permutations(range(3)), repeat=3):
        exchanged = np.hstack([table[list(o)][:, fold == k] for k, o in enumerate(orders)])
        other = np.median(exchanged, axis=1)
        reached.append(other.max() - other.mean() >= medians.max() - medians.mean() - 1e-9)
    assert len(reached) == 216
    assert best_of(table, fold, rng=1, draws=4000).p == pytest.approx(np.mean(reached), abs=0.03)


def test_the_shares_are_those_of_a_loop_over_all_halves():
    counts = np.zeros((5, 5))
    for half in combinations(range(8), 4):
        one = np.isin(FOLD, half)
        ranks = [np.argsort(np.argsort(-np.median(TABLE[:, h], axis=1))) for h in (one, ~one)]
        counts[ranks[0], ranks[1]] += 1
    found = rank_shares(TABLE, FOLD, rng=2, splits=4000)
    assert found.to_numpy() == pytest.approx(counts / counts.sum(axis=1), abs=0.03)
    assert best_of(TABLE, FOLD, rng=2).again == pytest.approx(counts[0, 0] / 70, abs=0.03)


def _luck(truth, tables=250):
    """p and shares of tables whose runs do not differ."""
    drawn = truth.draw(1, tables)
    found = [best_of(t, truth.fold(), rng=n, draws=99) for n, t in enumerate(drawn)]
    return np.array([f.p for f in found]), np.array([f.again for f in found])


def test_runs_that_do_not_differ_are_called_best_as_often_as_luck_has_it():
    p, again = _luck(Truth())
    assert np.mean(p <= 0.05) == pytest.approx(0.05, abs=0.035)
    assert np.mean(p <= 0.5) == pytest.approx(0.5, abs=0.08)
    assert again.mean() == pytest.approx(0.1, abs=0.035)


def test_so_are_runs_dealt_from_real_trainings_with_their_long_tails():
    table = shipped.table("study").query("arm == 'order'")
    dsc = table.pivot(index="repetition", columns="patient", values="dsc_percent")
    fold = table.drop_duplicates("patient").set_index("patient").loc[dsc.columns, "fold"]
    p, again = _luck(Cells(dsc.to_numpy(), fold.to_numpy(), runs=10))
    assert np.mean(p <= 0.05) == pytest.approx(0.05, abs=0.035)
    assert again.mean() == pytest.approx(0.1, abs=0.035)


def test_resamples_of_patients_would_call_the_same_run_best_too_often():
    rng, shares = np.random.default_rng(1), []
    for table in Truth().draw(1, 200):
        drawn = np.median(table[:, rng.integers(0, 42, (200, 42))], axis=2)
        shares.append(np.mean(drawn.argmax(axis=0) == np.median(table, axis=1).argmax()))
    assert np.mean(shares) > 0.35  # luck gives 0.1


def test_the_best_run_its_gain_and_that_of_normal_runs():
    table = pd.DataFrame(TABLE, index=list("abcde"))
    found = best_of(table, FOLD, rng=1, draws=200)
    medians = np.median(TABLE, axis=1)
    assert found.best == "abcde"[medians.argmax()]
    assert found.gain == pytest.approx(medians.max() - medians.mean())
    assert found.expected_gain == pytest.approx(medians.std(ddof=1) * expected_maximum(5))
    assert f"Repetition {found.best}" in str(found) and "luck: 20%" in str(found)
    assert f"the best of normal runs of this SD is {found.expected_gain:.2f} above" in str(found)


def test_a_run_that_is_better_for_everybody_is_always_the_best():
    table = np.vstack([TABLE, TABLE.max(axis=0) + 1])
    found = best_of(table, FOLD, rng=1, draws=500)
    assert found.again == 1 and found.p == pytest.approx(1 / 501)
    assert rank_shares(table, FOLD, rng=1, splits=100).loc[1, 1] == 1


def test_identical_runs_are_ranked_by_lot():
    table = np.tile(TABLE[0], (4, 1))
    found = best_of(table, FOLD, rng=1, draws=4000)
    assert (found.p, found.gain, found.expected_gain) == (1, 0, 0)
    assert found.again == pytest.approx(0.25, abs=0.03)


def test_every_rank_becomes_some_rank_in_every_split():
    found = rank_shares(TABLE, FOLD, rng=1, splits=500)
    assert found.shape == (5, 5)
    assert np.allclose(found.sum(axis=0), 1) and np.allclose(found.sum(axis=1), 1)


def test_what_is_drawn_obeys_its_seed():
    first, again, other = (best_of(TABLE, FOLD, rng=s, draws=300) for s in (1, 1, 2))
    assert first == again and first != other
    shares = [rank_shares(TABLE, FOLD, s, 50).to_numpy() for s in (1, 1, 2)]
    assert np.array_equal(*shares[:2]) and not np.array_equal(*shares[1:])


def test_the_splits_are_those_of_the_picture_beside():
    shares = rank_shares(TABLE, FOLD, 1, 300)
    assert best_of(TABLE, FOLD, rng=1, draws=300).again == shares.loc[1, 1]


def test_a_tie_that_rounding_hides_is_a_tie():
    table = np.array([[80.1, 80.3], [80.2, 80.2]])  # medians 80.19999999999999 and 80.2
    assert len(set(np.median(table, axis=1))) == 2
    found = best_of(np.tile(table, 2), None, rng=1)
    assert found.best == 0 and found.gain == 0


def test_without_two_runs_and_folds_nothing_is_said_of_luck():
    for table, fold in ((TABLE[:1], FOLD), (TABLE, None), (TABLE, np.zeros(41, int))):
        found = best_of(table, fold, rng=1)
        assert np.isnan(found.p) and np.isnan(found.again) and "exchanged" not in str(found)
    with pytest.raises(InputError, match="other half"):
        rank_shares(TABLE, np.zeros(41, int), rng=1)


def test_a_missing_dsc_is_refused():
    with pytest.raises(InputError, match="patient 0 in repetition 0"):
        best_of([[np.nan, 95.0]], [0, 1], rng=1)
