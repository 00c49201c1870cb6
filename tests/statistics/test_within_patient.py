"""Patients over runs, against the data sets of the papers."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.errors import InputError
from helpers.statistics.recombined_cells import Cells
from helpers.statistics.repeatability import TWO_RUNS
from helpers.statistics.simulation import Truth
from helpers.statistics.within_patient import patient_level
from helpers.study import shipped

# Bland and Altman, BMJ 1996;313:744: four peak flows (l/min) of 20 children.
CHILDREN = np.array(
    [
        [190, 220, 200, 200],
        [220, 200, 240, 230],
        [260, 260, 240, 280],
        [210, 300, 280, 265],
        [270, 265, 280, 270],
        [280, 280, 270, 275],
        [260, 280, 280, 300],
        [275, 275, 275, 305],
        [280, 290, 300, 290],
        [320, 290, 300, 290],
        [300, 300, 310, 300],
        [270, 250, 330, 370],
        [320, 330, 330, 330],
        [335, 320, 335, 375],
        [350, 320, 340, 365],
        [360, 320, 350, 345],
        [330, 340, 380, 390],
        [335, 385, 360, 370],
        [400, 420, 425, 420],
        [430, 460, 480, 470],
    ]
).T

# Davies 1947, in Bates' lme4: yield (g) of five preparations from each of six batches.
DYESTUFF = np.array(
    [
        [1545, 1440, 1440, 1520, 1580],
        [1540, 1555, 1490, 1560, 1495],
        [1595, 1550, 1605, 1510, 1560],
        [1445, 1440, 1595, 1465, 1545],
        [1595, 1630, 1515, 1635, 1625],
        [1520, 1455, 1450, 1480, 1445],
    ]
).T


def test_the_peak_flow_of_bland_and_altmans_children():
    found = patient_level(CHILDREN)
    assert found.within_sd == pytest.approx(21.5, abs=0.05)
    assert 1.96 * found.within_sd == pytest.approx(42.1, abs=0.05)
    assert found.rc == pytest.approx(2.77 * 21.46, abs=0.1)
    f = 4 * CHILDREN.mean(axis=0).var(ddof=1) / found.within_sd**2
    assert f == pytest.approx(32.6, abs=0.05)
    assert f == pytest.approx(stats.f_oneway(*CHILDREN.T).statistic)


def test_the_dyestuff_has_its_published_components():
    within = patient_level(DYESTUFF).within_sd ** 2
    assert within == pytest.approx(2451.25)
    assert DYESTUFF.mean(axis=0).var(ddof=1) - within / 5 == pytest.approx(1764.05)


def test_the_least_repeatable_children_are_named():
    labels = [f"child {n}" for n in range(1, 21)]
    found = patient_level(pd.DataFrame(CHILDREN, columns=labels))
    assert found.worst == ("child 12", "child 4", "child 17", "child 14", "child 20")
    assert "child 12" in str(found)


def _held(truth, true_sd, tables=1500):
    """How often the interval of a drawn table holds its true SD: a fraction."""
    found = [patient_level(table, truth.fold()).rc_ci for table in truth.draw(1, tables)]
    low, high = np.transpose(found) / TWO_RUNS
    return np.mean((low <= true_sd) & (true_sd <= high))


@pytest.mark.parametrize(
    "truth",
    [
        Truth(),
        Truth(runs=3),
        Truth(runs=5, fold_run_sd=1.0, residual_sd=0.1),
        Truth(runs=25, fold_run_sd=0.0),
    ],
)
def test_the_interval_holds_the_truth_of_normal_tables_as_often_as_it_claims(truth):
    sd = np.hypot(truth.fold_run_sd, truth.residual_sd)
    assert _held(truth, sd) == pytest.approx(0.95, abs=0.025)


def test_where_a_few_trainings_fail_ten_runs_do_not_show_it():
    table = shipped.table("study").query("arm == 'order'")
    dsc = table.pivot(index="repetition", columns="patient", values="dsc_percent")
    fold = table.drop_duplicates("patient").set_index("patient").loc[dsc.columns, "fold"]
    cells = Cells(dsc.to_numpy(), fold.to_numpy(), runs=10)
    assert _held(cells, np.sqrt(dsc.var(ddof=1).mean()), 500) == pytest.approx(0.8, abs=0.06)


def test_an_interval_over_patients_would_hold_it_less_often():
    truth, held = Truth(), []
    for table in truth.draw(1, 200):
        variances = table.var(axis=0, ddof=1)
        drawn = variances[np.random.default_rng(1).integers(0, 42, (500, 42))].mean(axis=1)
        low, high = np.quantile(drawn, [0.025, 0.975])
        held.append(low <= 0.5 <= high)
    assert np.mean(held) < 0.89


def test_a_fold_whose_patients_share_a_training_is_one_witness():
    rng, fold = np.random.default_rng(1), np.repeat(np.arange(10), 4)
    table = 90 + rng.normal(0, 1, (10, 10))[:, fold]
    apart, shared = patient_level(table, np.arange(40)), patient_level(table, fold)
    assert shared.within_sd == apart.within_sd
    assert np.ptp(shared.rc_ci) == pytest.approx(2 * np.ptp(apart.rc_ci), rel=0.1)


def test_without_folds_a_whole_run_is_the_unit():
    table = 90 + np.random.default_rng(0).normal(0, 1, (10, 12))
    assert patient_level(table).rc_ci == patient_level(table, np.zeros(12, int)).rc_ci


def test_identical_runs_are_said_to_be_identical_without_a_test():
    found = patient_level(np.tile([90.1, 95.2, 97.3], (5, 1)))
    assert found.identical and found.within_sd == 0 and found.rc_ci == (0, 0)
    assert found.worst == ()
    assert "the same DSC" in str(found)


def test_shift_and_order_change_nothing_and_rc_scales():
    rng = np.random.default_rng(3)
    one = patient_level(CHILDREN)
    moved = patient_level(CHILDREN[::-1, rng.permutation(20)] + 9)
    assert moved.rc == pytest.approx(one.rc)
    assert patient_level(2 * CHILDREN).rc == pytest.approx(2 * one.rc)


def test_two_runs_have_an_sd_but_no_interval():
    found = patient_level([[90.0], [92.0]])
    assert found.within_sd == pytest.approx(np.sqrt(2))
    assert np.isnan(found.rc_ci).all() and "(no interval)" in str(found)


@pytest.mark.filterwarnings("error")
def test_patients_that_no_run_tells_apart_scatter_alike():
    table = np.repeat([[90.1], [91.2], [89.7]], 9, axis=1)
    sd = np.std([90.1, 91.2, 89.7], ddof=1)
    for fold in (None, np.arange(9) % 2):
        found = patient_level(table, fold=fold)
        assert found.within_sd == pytest.approx(sd)
        assert found.rc_ci[0] < found.rc < found.rc_ci[1]


def test_one_repetition_is_refused():
    with pytest.raises(InputError, match="One repetition"):
        patient_level([[90.0, 91.0]])
