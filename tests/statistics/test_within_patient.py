"""Patients over runs, against the data sets of the papers."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.errors import InputError
from helpers.statistics.within_patient import patient_level

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
    found = patient_level(CHILDREN, rng=1)
    assert found.within_sd == pytest.approx(21.5, abs=0.05)
    assert 1.96 * found.within_sd == pytest.approx(42.1, abs=0.05)
    assert found.rc == pytest.approx(2.77 * 21.46, abs=0.1)
    f = 4 * CHILDREN.mean(axis=0).var(ddof=1) / found.within_sd**2
    assert f == pytest.approx(32.6, abs=0.05)
    assert f == pytest.approx(stats.f_oneway(*CHILDREN.T).statistic)


def test_the_dyestuff_has_its_published_components():
    within = patient_level(DYESTUFF, rng=1).within_sd ** 2
    assert within == pytest.approx(2451.25)
    assert DYESTUFF.mean(axis=0).var(ddof=1) - within / 5 == pytest.approx(1764.05)


def test_the_least_repeatable_children_are_named():
    labels = [f"child {n}" for n in range(1, 21)]
    found = patient_level(pd.DataFrame(CHILDREN, columns=labels), rng=1)
    assert found.worst == ("child 12", "child 4", "child 17", "child 14", "child 20")
    assert "child 12" in str(found)


def test_the_bootstrap_interval_is_close_to_that_of_chi_square_for_normal_noise():
    table = 90 + np.random.default_rng(0).normal(0, 1, (10, 200))
    sds = np.array(patient_level(table, rng=1).rc_ci) / (1.959964 * np.sqrt(2))
    exact = np.sqrt(1800 * table.var(axis=0, ddof=1).mean() / stats.chi2(1800).isf([0.025, 0.975]))
    assert sds == pytest.approx(exact, rel=0.02)


def test_shared_noise_makes_the_interval_wider_when_folds_are_drawn():
    rng = np.random.default_rng(1)
    fold = np.repeat(np.arange(10), 4)
    table = 90 + rng.normal(0, rng.uniform(0.2, 2, 10)[fold], (10, 40))
    patients, folds = patient_level(table, rng=1), patient_level(table, rng=1, fold=fold)
    assert folds.within_sd == patients.within_sd
    assert np.ptp(folds.rc_ci) > 1.3 * np.ptp(patients.rc_ci)


def test_the_bootstrap_obeys_its_seed():
    first, again, other = (patient_level(CHILDREN, rng=s, resamples=500).rc_ci for s in (1, 1, 2))
    assert first == again and first != other


def test_identical_runs_are_said_to_be_identical_without_a_test():
    found = patient_level(np.tile([90.1, 95.2, 97.3], (5, 1)), rng=1)
    assert found.identical and found.within_sd == 0 and found.rc_ci == (0, 0)
    assert found.worst == ()
    assert "the same DSC" in str(found)


def test_shift_and_order_change_nothing_and_rc_scales():
    rng = np.random.default_rng(3)
    one = patient_level(CHILDREN, rng=1)
    moved = patient_level(CHILDREN[::-1, rng.permutation(20)] + 9, rng=1)
    assert moved.rc == pytest.approx(one.rc)
    assert patient_level(2 * CHILDREN, rng=1).rc == pytest.approx(2 * one.rc)


def test_one_patient_has_an_sd_but_no_interval():
    found = patient_level([[90.0], [92.0]], rng=1)
    assert found.within_sd == pytest.approx(np.sqrt(2))
    assert np.isnan(found.rc_ci).all() and "(no interval)" in str(found)


def test_one_fold_has_an_sd_but_no_interval():
    found = patient_level(CHILDREN, rng=1, fold=np.zeros(20, int))
    assert np.isnan(found.rc_ci).all() and "nan" not in str(found)


@pytest.mark.filterwarnings("error")
def test_patients_that_no_run_tells_apart_scatter_alike():
    table = np.repeat([[90.1], [91.2], [89.7]], 9, axis=1)
    sd = np.std([90.1, 91.2, 89.7], ddof=1)
    for fold in (None, np.arange(9) % 2):
        found = patient_level(table, rng=1, fold=fold)
        assert found.within_sd == pytest.approx(sd)
        assert found.rc_ci == pytest.approx((found.rc, found.rc))


def test_one_repetition_is_refused():
    with pytest.raises(InputError, match="One repetition"):
        patient_level([[90.0, 91.0]], rng=1)
