"""The SD of recombined runs: what it estimates, how well it is known, when it may be trusted."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.errors import InputError
from helpers.statistics import recombined_runs, runs
from helpers.statistics.exchanges import exchange
from helpers.statistics.recombined_runs import of_runs, ratio, recombine, shared_p
from helpers.study import shipped

FOLDS = np.arange(20) % 5


def _cells(rng, repetitions=6, fold_sd=1.0):
    """Normal trainings of five folds of four patients, which differ by five points."""
    patients = 80 + 5 * np.sort(np.random.default_rng(0).normal(size=20))
    shared = fold_sd * rng.normal(size=(repetitions, 5))[:, FOLDS]
    dsc = patients + shared + rng.normal(size=(repetitions, 20))
    return [dsc[:, fold == FOLDS] for fold in range(5)]


def _medians(cells):
    return np.median(np.concatenate(cells, axis=1), axis=1)


def _table(repetitions=6, arm="a", seed=1):
    rows = [
        (arm, r, fold, f"P{fold}{p}", cell[r, p], f"{arm}{r}{fold}")
        for fold, cell in enumerate(_cells(np.random.default_rng(seed), repetitions))
        for r, p in np.ndindex(cell.shape)
    ]
    columns = ["arm", "repetition", "fold", "patient", "dsc_percent", "weights_sha256"]
    return pd.DataFrame(rows, columns=columns)


def test_it_is_unbiased_and_better_known_than_from_the_runs_as_they_were():
    rng, found = np.random.default_rng(1), []
    for _ in range(500):
        cells = _cells(rng)
        done = exchange(cells, np.median, 6, rng, exchanges=60)
        found.append((done.variance, _medians(cells).var(ddof=1)))
    recombined, plain = np.array(found).T
    truth = _medians(_cells(rng, 100_000)).var()
    error = recombined.std() / np.sqrt(500)
    assert recombined.mean() == pytest.approx(truth, abs=3 * error)
    assert 1.5 < plain.var() / recombined.var() < 6


def test_the_interval_and_the_bound_hold_the_truth_nearly_as_often_as_they_say(monkeypatch):
    monkeypatch.setattr("helpers.statistics.exchanges.RECOMBINED", 0)  # as few as there may be
    monkeypatch.setattr("helpers.statistics.exchanges.FEWEST", 200)
    rng = np.random.default_rng(2)
    truth = _medians(_cells(rng, 100_000)).std()
    found = [recombine(_cells(rng), rng) for _ in range(400)]
    held = np.mean([one.run_sd_ci[0] < truth < one.run_sd_ci[1] for one in found])
    bound = np.mean([one.rc_upper > 1.959964 * np.sqrt(2) * truth for one in found])
    assert 0.92 < held < 0.995 and 0.92 < bound < 0.995


def test_the_bounds_are_those_of_chi_square_with_the_degrees_of_freedom_that_it_is_worth():
    one = recombine(_cells(np.random.default_rng(3)), 1)
    df = one.worth - 1
    sds = one.run_sd * np.sqrt(df / stats.chi2(df).ppf([0.975, 0.025]))
    assert one.run_sd_ci == pytest.approx(tuple(sds))
    assert one.rc == pytest.approx(1.959964 * np.sqrt(2) * one.run_sd, rel=1e-6)
    assert one.rc_upper == pytest.approx(one.rc * np.sqrt(df / stats.chi2(df).ppf(0.05)))
    assert 6 < one.worth < 40


def test_the_larger_of_two_variances_decides_what_it_is_worth():
    done = exchange(_cells(np.random.default_rng(4)), np.median, 6, np.random.default_rng(1))
    larger = max(done.jackknife(), done.as_normal())
    assert recombined_runs.worth(done) == pytest.approx(1 + 2 / larger)


@pytest.mark.parametrize(
    ("study", "arm", "sd"),
    [("study", "order", 0.337), ("study", "one_bit", 0.316), ("study", "seeds", 0.411)]
    + [("parting", "default", 0.051), ("parting", "order", 0.177), ("parting", "seeds", 0.641)],
)
def test_the_arms_that_ship_have_the_sd_that_other_code_found(study, arm, sd):
    table = shipped.table(study)
    one = of_runs(runs.by_arm(table[table["arm"] == arm])[arm], 1)
    assert one.run_sd == pytest.approx(sd, rel=0.02)
    assert one.valid and one.sound and one.shared_p > 0.05


def test_the_ten_lines_of_the_page_give_the_same():
    page = Path("docs/recombined_runs.md").read_text()
    [code] = re.findall(r"```python\n(.+?)```", page, re.S)
    names = {}
    exec(code, names)
    cells = _cells(np.random.default_rng(14))
    one = recombine(cells, 1)
    assert names["recombined_sd"](cells) == pytest.approx(one.run_sd, rel=0.02)
    means = names["recombined_sd"](cells, np.mean, exchanges=4000)
    assert means == pytest.approx(recombine(cells, 1, of="mean").run_sd, rel=0.02)


def test_runs_that_share_something_are_found_and_no_verdict_rests_on_them():
    rng = np.random.default_rng(5)
    own = 3 * rng.normal(size=(12, 1))
    cells = [fold + own for fold in _cells(rng, 12)]
    one = recombine(cells, 1, runs=_medians(cells))
    assert one.shares and not one.sound and one.shared_ratio > 1.5
    assert "were found to share something" in str(one)
    free = recombine(_cells(rng, 12), 1, runs=_medians(_cells(rng, 12)))
    assert np.isfinite(free.shared_p) and "share something (p = " in str(free)


def test_runs_that_are_balanced_scatter_less_and_the_larger_sd_may_stand():
    rng = np.random.default_rng(5)
    cells = _cells(rng, 30, fold_sd=3)
    order = [np.argsort(fold.mean(axis=1)) for fold in cells]
    places = [one if fold % 2 else one[::-1] for fold, one in enumerate(order)]
    cells = [fold[one] for fold, one in zip(cells, places, strict=True)]
    one = recombine(cells, 1, runs=_medians(cells))
    assert one.shares and one.shared_ratio < 1 and one.sound


def test_runs_that_share_nothing_are_accused_as_often_as_said():
    rng, found = np.random.default_rng(6), []
    for _ in range(500):
        cells = _cells(rng)
        done = exchange(cells, np.median, 6, rng, exchanges=199)
        found.append(shared_p(_medians(cells), done.of_runs))
    assert np.mean(np.array(found) <= 0.05) == pytest.approx(0.05, abs=0.03)
    assert np.mean(found) == pytest.approx(0.5, abs=0.05)


def test_the_test_of_sharing_is_the_rank_of_the_runs_among_exchanges():
    exchanged = np.arange(1.0, 100.0)  # 99 of them
    assert shared_p([0.0, 14.0], exchanged) == pytest.approx(2 * 3 / 100)  # of 98 points²: rank 2
    assert shared_p([0.0, 2.0], exchanged) == pytest.approx(2 * 3 / 100)  # of 2: from below
    assert shared_p([0.0, 10.0], exchanged) == 1
    assert np.isnan([shared_p([1.0], exchanged), shared_p([1.0, 1.0], 0 * exchanged)]).all()


def test_unfinished_repetitions_are_of_use():
    table = _table()
    undone = (table["repetition"] == 5) & (table["fold"] == 2)
    arm = runs.by_arm(table[~undone])["a"]
    one = of_runs(arm, 1)
    assert len(arm.dsc) == 5 and (one.repetitions, one.trainings) == ((5, 6), 29)
    assert arm.trainings()[0].shape == (6, 4) and arm.trainings()[2].shape == (5, 4)
    assert one.distinct == 29 and np.isfinite(one.shared_p)


def test_a_training_of_an_unfinished_repetition_that_lacks_a_patient_is_left_out():
    table = _table()
    undone = (table["repetition"] == 5) & table["fold"].isin([2, 3])
    gap = (table["repetition"] == 5) & (table["patient"] == "P10")
    arm = runs.by_arm(table[~undone & ~gap])["a"]
    assert {fold: len(cell) for fold, cell in arm.trainings().items()} == dict(
        enumerate([6, 5, 5, 5, 6])
    )
    assert len(arm.cell_digests[1]) == 5


def test_identical_trainings_are_called_identical_and_never_tested():
    still = [np.repeat(fold[:1], 5, axis=0) for fold in _cells(np.random.default_rng(7))]
    one = recombine(still, 1, digests=[["x"] * 5] * 5, runs=_medians(still))
    assert one.identical and one.verdict == "identical" and "Identical" in str(one)
    assert (one.run_sd, one.rc_upper, one.run_sd_ci, one.distinct) == (0, 0, (0, 0), 5)
    assert np.isnan(one.shared_p) and np.isnan(one.worth)
    other = recombine(still, 1, digests=[list("abcde")] * 5)
    assert not other.identical and not other.sound and other.verdict == "not shown"
    assert np.isnan([other.rc_upper, *other.run_sd_ci]).all() and "25 trainings differ" in str(
        other
    )


def test_trainings_that_repeat_in_every_fold_mark_the_interval_as_not_valid():
    cells = _cells(np.random.default_rng(8))
    repeated = [fold[[0, 0, 1, 2, 3, 4]] for fold in cells]
    one = recombine(repeated, 1)
    assert not one.valid and not one.sound and one.distinct == 25 and "not valid" in str(one)
    assert recombine([cells[0], *repeated[1:]], 1).valid


def test_two_trainings_of_a_fold_have_an_sd_and_no_interval():
    cells = _cells(np.random.default_rng(9), 2)
    one = recombine(cells, 1)
    assert one.run_sd > 0 and one.verdict == "not shown" and not one.sound
    assert np.isnan([one.worth, *one.run_sd_ci, one.rc_upper]).all()


def test_of_the_mean_it_is_exact():
    cells = _cells(np.random.default_rng(10))
    one, again = (recombine(cells, seed, of="mean") for seed in (1, 2))
    assert (one.run_sd, one.worth) == (again.run_sd, again.worth) and np.isnan(one.shared_p)
    parts = [fold.mean(axis=1).var(ddof=1) / 25 for fold in cells]
    assert one.run_sd == pytest.approx(np.sqrt(sum(parts)))
    assert one.of == "mean" and "the means of runs" in str(one)


def test_a_ratio_has_the_f_interval_of_what_both_are_worth():
    rng = np.random.default_rng(11)
    one, two = recombine(_cells(rng), 1), recombine(_cells(rng, 9, fold_sd=2), 1)
    found, (low, high) = ratio(one, two)
    assert found == pytest.approx(one.run_sd / two.run_sd)
    f = stats.f(one.worth - 1, two.worth - 1)
    assert (low, high) == pytest.approx(tuple(found / np.sqrt(f.ppf([0.975, 0.025]))))
    still = recombine([np.ones((3, 2)), np.ones((3, 2))], 1)
    assert ratio(still, one) == (0, (0, 0)) and np.isnan(ratio(one, still)[0])


def test_shift_and_order_change_nothing_scale_scales_and_the_seed_is_obeyed():
    cells = _cells(np.random.default_rng(12))
    one, again, other = (recombine(cells, seed) for seed in (1, 1, 2))
    assert one.run_sd == again.run_sd != other.run_sd
    assert other.run_sd == pytest.approx(one.run_sd, rel=0.02)
    moved = recombine([2 * fold - 90 for fold in cells], 1)
    assert moved.run_sd == pytest.approx(2 * one.run_sd)
    assert moved.worth == pytest.approx(one.worth)
    turned = recombine([fold[::-1] for fold in cells[::-1]], 1)
    assert turned.run_sd == pytest.approx(one.run_sd, rel=0.02)


def test_patients_who_change_folds_and_single_folds_have_none():
    table = _table()
    moved = table.assign(fold=(table["fold"] + table["repetition"]) % 5)
    assert of_runs(runs.by_arm(moved)["a"], 1) is None
    assert of_runs(runs.by_arm(table.assign(fold=0))["a"], 1) is None
    assert of_runs(runs.by_arm(table[table["repetition"] == 0])["a"], 1) is None


def test_what_cannot_be_recombined_is_refused_in_a_sentence():
    cells = _cells(np.random.default_rng(13))
    with pytest.raises(InputError, match="two folds or more"):
        recombine(cells[:1], 1)
    with pytest.raises(InputError, match="trained twice"):
        recombine([fold[:1] for fold in cells], 1)
    with pytest.raises(InputError, match="one a training"):
        recombine(cells, 1, digests=[["a"] * 6] * 4)
    with pytest.raises(InputError, match="7 runs of fewer trainings"):
        recombine(cells, 1, runs=np.arange(7.0))
    with pytest.raises(InputError, match="patient 2 in repetition 1"):
        recombine([np.where(np.arange(24).reshape(6, 4) == 6, np.nan, 1), *cells], 1)
    with pytest.raises(InputError, match="margin"):
        recombine(cells, 1, margin=0)
