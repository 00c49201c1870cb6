"""Best of R: luck, shares and ranks."""

import numpy as np
import pandas as pd
import pytest

from helpers.errors import InputError
from helpers.statistics.best_run import best_of, expected_maximum, rank_shares

TABLE = 95 + np.random.default_rng(0).normal(0, 1, (5, 41))


def test_the_expected_maximum_is_that_of_tippetts_table():
    assert expected_maximum(10) == pytest.approx(1.53875, abs=5e-6)
    assert expected_maximum(50) == pytest.approx(2.24907, abs=5e-6)
    assert expected_maximum(1) == pytest.approx(0, abs=1e-9)


def test_the_shares_are_those_of_a_loop_over_resamples():
    rng, wins = np.random.default_rng(1), np.zeros(5)
    for _ in range(4000):
        drawn = np.median(TABLE[:, rng.integers(0, 41, 41)], axis=1)
        best = drawn == drawn.max()
        wins += best / best.sum()
    assert rank_shares(TABLE, rng=2)[1].tolist() == pytest.approx(wins / 4000, abs=0.03)
    assert best_of(TABLE, rng=2).share == pytest.approx(wins.max() / 4000, abs=0.03)


def test_the_best_run_its_gain_and_what_luck_gives():
    table = pd.DataFrame(TABLE, index=list("abcde"))
    found = best_of(table, rng=1)
    medians = np.median(TABLE, axis=1)
    assert found.best == "abcde"[medians.argmax()]
    assert found.gain == pytest.approx(medians.max() - medians.mean())
    assert found.expected_gain == pytest.approx(medians.std(ddof=1) * expected_maximum(5))
    assert f"Repetition {found.best}" in str(found)


def test_a_run_that_is_better_for_everybody_is_always_the_best():
    table = np.vstack([TABLE, TABLE.max(axis=0) + 1])
    assert best_of(table, rng=1, resamples=500).share == 1
    assert rank_shares(table, rng=1, resamples=500).loc[5, 1] == 1


def test_identical_runs_share_the_win_and_the_first_rank():
    table = np.tile(TABLE[0], (4, 1))
    found = best_of(table, rng=1, resamples=200)
    assert (found.share, found.gain, found.expected_gain) == (0.25, 0, 0)
    assert (rank_shares(table, rng=1, resamples=200)[1] == 1).all()


def test_every_run_has_some_rank_in_every_resample():
    found = rank_shares(TABLE, rng=1, resamples=500)
    assert found.shape == (5, 5)
    assert np.allclose(found.sum(axis=1), 1)


def test_the_bootstrap_obeys_its_seed():
    first, again, other = (best_of(TABLE, rng=s, resamples=300).share for s in (1, 1, 2))
    assert first == again and first != other


def test_a_tie_that_rounding_hides_is_a_tie():
    table = np.array([[80.1, 80.3], [80.2, 80.2]])  # medians 80.19999999999999 and 80.2
    assert len(set(np.median(table, axis=1))) == 2
    found = best_of(np.tile(table, 2), rng=1, resamples=200)
    assert found.best == 0 and found.gain == 0


def test_one_repetition_or_one_patient_still_has_a_best():
    assert best_of(TABLE[:1], rng=1, resamples=50).share == 1
    assert best_of(TABLE[:, :1], rng=1).share == 1


def test_a_missing_dsc_is_refused():
    with pytest.raises(InputError, match="patient 0 in repetition 0"):
        best_of([[np.nan, 95.0]], rng=1)
