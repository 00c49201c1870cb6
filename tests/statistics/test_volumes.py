"""Volumes: the SD of each patient over trainings, its median over patients, and a year's loss."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.statistics.volume_noise import AGEING, ALZHEIMER, HIPPOCAMPUS, frame
from helpers.statistics.volumes import median_interval, volume_noise

FOLD = np.repeat(np.arange(10), [5, 5, *[4] * 8])  # 42 patients, as in the study


def _table(volumes, fold, arm="order", digests=True):
    """Rows of (repetitions, patients) volumes in ml, NaN where none is recorded."""
    rows = [
        (arm, run, fold[p], f"P{p:02d}", 80.0, volumes[run, p], f"{run}-{fold[p]}")
        for run, p in np.ndindex(np.shape(volumes))
    ]
    names = ["arm", "repetition", "fold", "patient", "dsc_percent", "volume_ml", "weights_sha256"]
    table = pd.DataFrame(rows, columns=names)
    return table if digests else table.drop(columns="weights_sha256")


def _drawn(rng, runs=10, fold=FOLD, sd=2.0, shared=0.5, unlike=0.3):
    """Volumes of 3 ml; SDs around ``sd`` %, of whose variance ``shared`` is the fold's model's."""
    folds, patients = fold.max() + 1, len(fold)
    sds = sd / 100 * np.exp(rng.normal(0, unlike, patients))
    model = rng.normal(0, np.sqrt(shared), (runs, folds))[:, fold]
    return 3 * (1 + sds * (model + rng.normal(0, np.sqrt(1 - shared), (runs, patients))))


def _noise(volumes, fold=FOLD, rng=1, **options):
    return volume_noise(_table(np.asarray(volumes), fold, **options), rng)["order"]


def test_the_numbers_are_those_of_a_slow_calculation():
    volumes = _drawn(np.random.default_rng(0))
    found = _noise(volumes)
    sds = []
    for patient in range(42):
        mean = sum(volumes[:, patient]) / 10
        squares = sum((v - mean) ** 2 for v in volumes[:, patient])
        sds.append(100 * (squares / 9) ** 0.5 / mean)
    of = found.patients.sort_index()
    assert list(of["sd_percent"]) == pytest.approx(sds)
    ordered = sorted(sds)
    assert found.sd == pytest.approx((ordered[20] + ordered[21]) / 2)
    assert found.rc == pytest.approx(1.959964 * 2**0.5 * found.sd)
    worst = int(np.argmax(sds))
    assert found.worst.name == f"P{worst:02d}"
    low, high = sds[worst] * np.sqrt(9 / stats.chi2(9).isf([0.025, 0.975]))
    assert tuple(found.worst[["sd_lower", "sd_upper"]]) == pytest.approx((low, high))
    upper = 2.771808 * sds[worst] * np.sqrt(9 / stats.chi2(9).ppf(0.05))
    assert found.worst.rc_upper == pytest.approx(upper)
    assert found.above(5) == sum(2.771808 * sd > 5 for sd in sds)


def test_the_interval_of_the_median_is_that_of_folds_drawn_one_by_one():
    volumes = _drawn(np.random.default_rng(3))
    found = _noise(volumes)
    sds = 100 * volumes.std(axis=0, ddof=1) / volumes.mean(axis=0)
    sds /= np.sqrt(stats.chi2(9).median() / 9)
    rng, medians = np.random.default_rng(5), []
    for _ in range(4000):
        drawn = rng.integers(10, size=10)
        medians.append(np.median(np.concatenate([sds[fold == FOLD] for fold in drawn])))
    tail = stats.norm.cdf(-np.sqrt(10 / 9) * 2.262157)  # t of 9 df
    slow = np.quantile(medians, [tail, 1 - tail])
    assert found.sd_ci == pytest.approx(slow, rel=0.03)
    upper = np.quantile(medians, stats.norm.cdf(np.sqrt(10 / 9) * 1.833113))
    assert found.rc_upper == pytest.approx(2.771808 * upper, rel=0.03)


def test_known_volumes_have_known_numbers():
    """Three trainings of 98, 100 and 102 % have an SD of 2 %, of 95, 100, 105 % one of 5 %."""
    two, five = [2.94, 3.0, 3.06], [2.85, 3.0, 3.15]
    found = _noise(np.transpose([two] * 3 + [five] * 2), fold=np.arange(5))
    assert found.sd == pytest.approx(2) and found.rc == pytest.approx(5.5436, abs=1e-4)
    assert found.worst.sd_percent == pytest.approx(5)
    assert (found.above(AGEING.percent), found.above(6)) == (5, 2)
    assert tuple(found.worst[["sd_lower", "sd_upper"]]) == pytest.approx((2.603, 31.42), abs=0.01)


def test_the_yearly_losses_are_those_of_barnes():
    assert [(one.percent, *one.ci) for one in HIPPOCAMPUS] == [(1.41, 0.52, 2.3), (4.66, 3.92, 5.4)]


@pytest.mark.parametrize(("runs", "shared"), [(3, 0.5), (10, 0.5), (10, 0.9), (20, 0.9)])
def test_the_interval_of_the_median_covers_it_where_a_folds_patients_share_their_noise(
    runs, shared
):
    """A percentile interval of patients, drawn one by one, would cover 57, 87, 80 and 89 %."""
    rng, hits, below = np.random.default_rng(runs), 0, 0
    for _ in range(400):
        volumes = _drawn(rng, runs, shared=shared)
        sds = 100 * volumes.std(axis=0, ddof=1) / volumes.mean(axis=0)
        (low, high), upper = median_interval(sds, np.full(42, runs), FOLD, rng, 1000)
        hits += low <= 2 <= high
        below += upper >= 2
    assert 91 <= hits / 4 <= 98.5 and 90 <= below / 4 <= 98.5


def test_a_median_rc_is_above_or_below_a_years_loss_or_not_told_apart():
    answers = {}
    for sd in (0.2, 0.5, 1.0, 5.0):
        found = _noise(_drawn(np.random.default_rng(1), sd=sd))
        answers[sd] = [found.against(loss) for loss in (AGEING, ALZHEIMER)]
    assert answers[0.2] == ["below", "below"] and answers[0.5] == ["not told apart", "below"]
    assert answers[1.0] == ["above", "below"] and answers[5.0] == ["above", "above"]


def test_trainings_that_are_one_are_identical_and_nothing_is_tested():
    table = _table(np.tile(np.linspace(2, 4, 42), (3, 1)), FOLD)
    for given in (table.assign(weights_sha256="a"), table.drop(columns="weights_sha256")):
        found = volume_noise(given, 1)["order"]
        assert found.identical and (found.sd, found.rc, found.worst) == (0, 0, None)
        assert np.isnan([*found.sd_ci, found.rc_upper]).all() and found.above(0) == 0
        assert str(found) == "Identical: 3 trainings draw each of 42 patients alike."
        assert found.against(AGEING) == "below"


def test_trainings_that_repeat_give_sds_but_no_interval():
    volumes = _drawn(np.random.default_rng(0), runs=4)
    volumes[3] = volumes[0]
    found = _noise(volumes, digests=False)
    assert found.sd > 0 and not found.identical and found.repeat
    assert found.patients["distinct"].eq(3).all()
    assert np.isnan([*found.sd_ci, found.rc_upper, found.worst.sd_upper]).all()
    assert "no interval" in str(found) and "repeat others" in str(found)
    assert "nan" not in str(found)


def test_equal_volumes_of_unlike_trainings_are_no_repetition():
    """A volume is a count of voxels: two trainings may well agree on one patient's."""
    volumes = _drawn(np.random.default_rng(0), runs=4)
    volumes[3, 7] = volumes[0, 7]
    for digests in (True, False):
        assert not _noise(volumes, digests=digests).repeat


def test_an_empty_volume_counts_as_nothing_drawn_and_a_patient_never_drawn_as_without_limit():
    volumes = _drawn(np.random.default_rng(0))
    volumes[4, 3], volumes[:, 8] = 0, 0
    found = _noise(volumes)
    assert len(found.known) == 42 and found.worst.name == "P08"
    assert np.isinf(found.worst.sd_percent) and found.patients["empty"]["P08"] == 10
    of = volumes[:, 3]
    assert found.patients["sd_percent"]["P03"] == pytest.approx(100 * of.std(ddof=1) / of.mean())
    assert found.above(ALZHEIMER.percent) >= 2 and np.isfinite([found.sd, *found.sd_ci]).all()
    assert "P08, P03: trainings drew nothing" in str(found) and "inf" not in str(found)


def test_most_patients_never_drawn_leave_no_limit():
    volumes = _drawn(np.random.default_rng(0))
    volumes[:, 4:] = 0
    found = _noise(volumes)
    assert np.isinf([found.sd, found.rc_upper]).all() and found.against(ALZHEIMER) == "above"


def test_folds_may_have_unlike_numbers_of_trainings():
    volumes = _drawn(np.random.default_rng(2), runs=6)
    table = _table(volumes, FOLD)
    found = volume_noise(table[(table["repetition"] < 4) | (table["fold"] > 2)], 1)["order"]
    few, many = found.patients["trainings"]["P00"], found.patients["trainings"]["P41"]
    assert (few, many, found.trainings) == (4, 6, "4 to 6")
    of = volumes[:4, 0]
    assert found.patients["sd_percent"]["P00"] == pytest.approx(100 * of.std(ddof=1) / of.mean())
    assert found.sd_ci[0] < found.sd < found.sd_ci[1]


def test_a_training_whose_volumes_are_not_all_recorded_does_not_count():
    volumes = _drawn(np.random.default_rng(2), runs=4)
    volumes[1, 0] = np.nan
    found = _noise(volumes).patients["trainings"]
    assert found[[f"P{p:02d}" for p in range(5)]].eq(3).all() and found["P41"] == 4


def test_without_volumes_there_is_nothing():
    table = _table(np.full((3, 42), np.nan), FOLD)
    assert volume_noise(table, 1) == volume_noise(table.drop(columns="volume_ml"), 1) == {}


def test_one_training_says_nothing():
    found = _noise(_drawn(np.random.default_rng(0), runs=1))
    assert np.isnan(found.sd) and found.worst is None and not found.identical
    assert "one training says nothing" in str(found) and found.above(0) == 0


def test_below_five_folds_or_where_a_patient_changes_its_fold_the_median_has_no_interval():
    volumes = _drawn(np.random.default_rng(0))
    few = _noise(volumes, fold=FOLD % 4)
    table = _table(volumes, FOLD)
    table.loc[(table["patient"] == "P00") & (table["repetition"] == 1), "fold"] = 9
    for found in (few, volume_noise(table, 1)["order"]):
        assert np.isnan([*found.sd_ci, found.rc_upper]).all()
        assert found.worst.sd_upper > found.worst.sd_percent


def test_a_subjects_volume_is_the_mean_of_its_images():
    volumes = _drawn(np.random.default_rng(0))
    table = _table(volumes, FOLD)
    table["subject"] = table["patient"].replace({"P01": "P00"})  # both in fold 0
    found = volume_noise(table, 1)["order"].patients
    both = volumes[:, :2].mean(axis=1)
    assert len(found) == 41
    assert found["sd_percent"]["P00"] == pytest.approx(100 * both.std(ddof=1) / both.mean())


def test_order_and_unit_change_nothing_and_the_bootstrap_obeys_its_seed():
    volumes = _drawn(np.random.default_rng(0))
    one = _noise(volumes)
    again = _noise(1000 * volumes[::-1])
    assert again.sd == pytest.approx(one.sd) and again.sd_ci == pytest.approx(one.sd_ci)
    assert _noise(volumes).sd_ci == one.sd_ci != _noise(volumes, rng=2).sd_ci


def test_the_table_has_a_row_an_arm_and_counts_who_cannot_be_followed():
    volumes = _drawn(np.random.default_rng(0))
    still = _table(np.tile(volumes[:1], (3, 1)), FOLD, "control").assign(weights_sha256="a")
    found = volume_noise(pd.concat([still, _table(volumes, FOLD)]), 1)
    rows = frame(found).set_index("arm")
    assert list(rows["identical"]) == [True, False] and rows["sd"]["control"] == 0
    assert rows["worst"]["order"] == found["order"].worst.name
    over = sum(rc > 1.41 for rc in found["order"].patients["rc_percent"])
    assert list(rows["above healthy ageing"]) == [0, over]
    assert "above healthy ageing" not in frame(found, losses=())


def test_the_order_of_rows_makes_no_other_result():
    rows = [("c", r, 0, p, 90.0, 10.0 + n) for r in range(3) for n, p in enumerate("ABC")]
    names = ["arm", "repetition", "fold", "patient", "dsc_percent", "volume_ml"]
    table = pd.DataFrame(rows, columns=names).sample(frac=1, random_state=3)
    assert volume_noise(table, 0)["c"].identical
