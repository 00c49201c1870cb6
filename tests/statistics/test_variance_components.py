"""Variance components against other tools, known truths and loops."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from helpers.errors import InputError
from helpers.statistics.simulation import Truth, simulate
from helpers.statistics.variance_components import (
    fold_means,
    fold_members,
    fold_run_effects,
    mean_squares,
    solve,
    variance_components,
)

UNEQUAL = np.repeat([0, 1, 2], [4, 3, 2])
PARTS = ["patient", "run", "fold_run", "residual"]


def _table(runs, fold, seed, fold_sd=1.0):
    rng = np.random.default_rng(seed)
    folds = fold.max() + 1
    return (
        90
        + rng.normal(0, fold_sd, folds)[fold]
        + rng.normal(0, 2, len(fold))
        + rng.normal(0, 1, (runs, 1))
        + rng.normal(0, 1, (runs, folds))[:, fold]
        + rng.normal(0, 0.7, (runs, len(fold)))
    )


def _long(table, fold):
    run, patient = np.indices(table.shape)
    columns = {"y": table, "run": run, "patient": patient, "fold": fold[patient]}
    return pd.DataFrame({name: values.ravel() for name, values in columns.items()})


@pytest.mark.filterwarnings("ignore:The design matrix is rank-deficient")
def test_mean_squares_of_unequal_folds_are_those_of_nested_regressions():
    table = _table(5, UNEQUAL, 0)
    terms = ["1", "C(patient)", "C(run)", "C(fold):C(run)"]
    long = _long(table, UNEQUAL)
    left = [smf.ols("y ~ " + " + ".join(terms[: n + 1]), long).fit().ssr for n in range(4)]
    ours = mean_squares(table, fold_members(UNEQUAL, 9))
    assert 8 * ours.patient == pytest.approx(left[0] - left[1])
    assert 4 * ours.run == pytest.approx(left[1] - left[2])
    assert 8 * ours.fold_run == pytest.approx(left[2] - left[3])
    assert 24 * ours.residual == pytest.approx(left[3])


@pytest.mark.parametrize(("sizes", "tolerance"), [([3, 3, 3, 3, 3], 0.005), ([4, 4, 4, 5, 5], 0.1)])
def test_components_are_those_of_a_mixed_model_exactly_if_balanced(sizes, tolerance):
    fold = np.repeat(np.arange(5), sizes)
    table = _table(6, fold, 3, fold_sd=3.0)
    parts = {
        "fold": "0 + C(fold)",
        "patient": "0 + C(patient)",
        "run": "0 + C(run)",
        "fold_run": "0 + C(fold):C(run)",
    }
    long = _long(table, fold).assign(all=1)
    fitted = smf.mixedlm("y ~ 1", long, groups="all", vc_formula=parts).fit(method="bfgs")
    theirs = dict(zip(fitted.model.exog_vc.names, fitted.vcomp, strict=True))
    ours = variance_components(table, fold)
    assert fitted.converged
    assert ours.run == pytest.approx(theirs["run"], rel=tolerance)
    assert ours.fold_run == pytest.approx(theirs["fold_run"], rel=tolerance)
    assert ours.residual == pytest.approx(fitted.scale, rel=tolerance)


def test_without_folds_components_are_those_of_a_crossed_mixed_model():
    table = _table(6, np.zeros(8, int), 2)
    parts = {"patient": "0 + C(patient)", "run": "0 + C(run)"}
    long = _long(table, np.zeros(8, int)).assign(all=1)
    fitted = smf.mixedlm("y ~ 1", long, groups="all", vc_formula=parts).fit()
    theirs = dict(zip(fitted.model.exog_vc.names, fitted.vcomp, strict=True))
    ours = variance_components(table)
    assert (ours.patient, ours.run) == pytest.approx((theirs["patient"], theirs["run"]), rel=0.02)
    assert ours.residual == pytest.approx(fitted.scale, rel=0.02)
    assert np.isnan(ours.fold_run) and np.isnan(ours.fold_share)


def test_500_tables_of_the_study_show_a_mean_bias_under_5_percent():
    truth = Truth(runs=50, run_sd=0.2)
    members = fold_members(truth.fold(), 42)
    assert sorted(members.sum(axis=0)) == [4] * 8 + [5] * 2
    tables = simulate(truth, 1, tables=500)
    solved = solve(mean_squares(tables, members), 50, members)
    known = [truth.patient_sd**2, truth.run_sd**2, truth.fold_run_sd**2, truth.residual_sd**2]
    assert [np.mean(part) for part in solved] == pytest.approx(known, rel=0.05)


def test_few_runs_of_strongly_shared_noise_leave_the_patients_unbiased():
    truth = Truth(runs=2, patient_sd=1.0, fold_run_sd=3.0)
    members = fold_members(truth.fold(), 42)
    patient = solve(mean_squares(simulate(truth, 11, 4000), members), 2, members)[0]
    assert np.mean(patient) == pytest.approx(1.0, abs=4 * np.std(patient) / np.sqrt(4000))


@pytest.mark.parametrize(("runs", "tables"), [(10, 8000), (50, 4000)])
def test_the_f_of_runs_rejects_4_to_6_percent_of_runs_that_do_not_differ(runs, tables):
    truth = Truth(runs=runs)
    rng = np.random.default_rng(2)
    members = fold_members(truth.fold(), 42)
    p = [
        mean_squares(simulate(truth, rng, 1000), members).f_of_runs()[1]
        for _ in range(tables // 1000)
    ]
    assert 0.04 < np.mean(np.concatenate(p) < 0.05) < 0.06


def test_with_equal_folds_the_f_is_runs_over_fold_by_run():
    fold = np.repeat(np.arange(4), 3)
    squares = mean_squares(_table(5, fold, 3), fold_members(fold, 12))
    assert squares.f_of_runs()[0] == pytest.approx(squares.run / squares.fold_run)
    assert (squares.df_run, squares.df_error) == (4, 12)


def test_the_sums_of_squares_add_up_to_the_total():
    table = _table(5, UNEQUAL, 4)
    found = mean_squares(table, fold_members(UNEQUAL, 9))
    parts = 8 * found.patient + 4 * found.run + 8 * found.fold_run + 24 * found.residual
    assert parts == pytest.approx(np.sum((table - table.mean()) ** 2))


def test_the_components_add_up_to_the_variance_of_a_dsc():
    truth = Truth(runs=50, run_sd=0.4)
    tables = simulate(truth, 5, 300)
    found = [variance_components(table, truth.fold()) for table in tables[:50]]
    total = np.mean([sum(getattr(one, part) for part in PARTS) for one in found])
    assert total == pytest.approx(np.var(tables[:, 0], axis=1, ddof=1).mean() + 0.16, rel=0.1)


def test_shift_and_order_change_no_component_and_scale_squares_it():
    rng = np.random.default_rng(6)
    table, order = _table(5, UNEQUAL, 6), rng.permutation(9)
    one = variance_components(table, UNEQUAL)
    moved = variance_components(table[::-1, order] + 5, UNEQUAL[order])
    tripled = variance_components(3 * table, UNEQUAL)
    for part in PARTS:
        assert getattr(moved, part) == pytest.approx(getattr(one, part))
        assert getattr(tripled, part) == pytest.approx(9 * getattr(one, part))
    members = fold_members(UNEQUAL, 9)
    f, larger = (mean_squares(x, members).f_of_runs()[0] for x in (table, 3 * table + 5))
    assert larger == pytest.approx(f)


def test_identical_runs_have_no_noise_at_all_and_no_test():
    same = np.tile(_table(1, UNEQUAL, 7), (6, 1))
    found = variance_components(same, UNEQUAL)
    assert (found.run, found.fold_run, found.residual) == (0, 0, 0)
    f, p = mean_squares(same, fold_members(UNEQUAL, 9)).f_of_runs()
    assert found.patient > 0 and np.isnan(f) and np.isnan(p)


def test_patients_that_no_run_tells_apart_share_no_noise_that_is_only_rounding():
    found = variance_components(np.repeat([[90.1], [91.2], [89.7]], 9, axis=1), UNEQUAL)
    assert found.run == pytest.approx(np.var([90.1, 91.2, 89.7], ddof=1))
    assert np.isnan(found.fold_share) and "is unknown" in str(found)


def test_a_negative_estimate_is_shown_as_such():
    wobble = np.array([[1.0, -1, 1, -1], [-1, 1, -1, 1], [1, -1, -1, 1]])
    found = variance_components(90 + wobble)
    assert found.run < 0
    assert found.frame()["variance"][1] == found.run and "run -" in str(found)


@pytest.mark.parametrize("fold", [None, np.zeros(9, int), np.arange(9)])
def test_folds_that_cannot_be_told_apart_leave_two_way_components(fold):
    found = variance_components(_table(5, UNEQUAL, 8), fold)
    assert np.isnan(found.fold_run) and np.isfinite([found.run, found.residual]).all()


def test_the_share_of_the_fold_is_found():
    truth = Truth(runs=50)
    shares = [variance_components(x, truth.fold()).fold_share for x in simulate(truth, 9, 20)]
    assert np.mean(shares) == pytest.approx(0.5, abs=0.03)


def test_fold_means_are_plain_means_and_effects_have_no_run_or_fold_mean():
    table = _table(4, UNEQUAL, 10)
    by_hand = [[row[f == UNEQUAL].mean() for f in range(3)] for row in table]
    assert np.allclose(fold_means(table, UNEQUAL), by_hand)
    effects = fold_run_effects(table, UNEQUAL)
    assert effects.shape == (4, 3)
    assert np.allclose(effects.mean(axis=0), 0)
    assert np.allclose(effects @ np.bincount(UNEQUAL), 0)


@pytest.mark.parametrize("shape", [(1, 5), (5, 1)])
def test_one_repetition_or_one_patient_has_no_components(shape):
    with pytest.raises(InputError, match="two of each"):
        variance_components(np.full(shape, 95.0))
