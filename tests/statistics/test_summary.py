"""The summary says what the runs say: every number, nothing dropped unsaid, nothing invented."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.errors import InputError
from helpers.statistics import csv_tables, runs, summary
from helpers.statistics.simulation import Truth, simulate

KEYS = {
    "runs", "patients", "folds", "distinct_digests", "medians", "intervals", "max_lower",
    "min_upper", "overlap", "run_sd", "run_sd_ci", "rc", "rc_upper", "prediction_interval",
    "verdict",
}  # fmt: skip
NESTED = {"icc_a1", "within_patient_sd", "components"}


def _rows(arm, dsc, folds=5, digests=None):
    dsc = np.asarray(dsc, float)
    rows = [
        (arm, run, patient % folds, f"P{patient:02d}", dsc[run, patient])
        for run in range(len(dsc))
        for patient in range(dsc.shape[1])
    ]
    table = pd.DataFrame(rows, columns=list(csv_tables.NEEDED))
    if digests is not None:
        of_run = table["repetition"].map(dict(enumerate(digests)))
        table["weights_sha256"] = of_run + table["fold"].astype(str)
    return table


def test_arms_of_other_patients_or_folds_have_no_ratio_to_seeds():
    table = pd.concat(
        [
            _rows("default", _runs(1)),
            _rows("order", _runs(2)),
            _rows("seeds", _runs(3)),
            _rows("both", _runs(4), folds=3),
        ]
    )
    table.loc[table["arm"] == "order", "patient"] += "x"
    found = summary.summarise(runs.by_arm(table))
    assert found["default"]["sd_ratio_to_seeds"] > 0
    for arm in ("order", "both"):
        assert found[arm]["sd_ratio_to_seeds"] is None
        assert "recombined_ratio_to_seeds" not in found[arm]


def test_one_run_has_no_overlap():
    found = summary.summarise(runs.by_arm(_rows("default", _runs(1)[:1])))["default"]
    assert found["overlap"] is None
    assert found["overlap_sentence"] == "One interval overlaps with nothing."


def _runs(seed, repetitions=6, patients=15, **truth):
    known = Truth(patients=patients, folds=5, runs=repetitions, mean=80, **truth)
    return simulate(known, seed)[0]


def _summarise(table, margin=0.5):
    return summary.summarise(runs.by_arm(table), margin)


@pytest.fixture
def study():
    """Simulated: control without scatter, default with some, seeds with more."""
    control = np.repeat(_runs(1)[:1], 6, axis=0)
    return pd.concat(
        [
            _rows("control", control, digests="aaaaaa"),
            _rows("default", _runs(2, run_sd=0.1), digests="abcdef"),
            _rows("seeds", _runs(3, run_sd=1.0), digests="ghijkl"),
        ],
        ignore_index=True,
    )


def test_every_arm_has_every_number_and_the_whole_is_strict_json(study):
    found = _summarise(csv_tables.check_table(study, "study"))
    assert list(found) == ["control", "default", "seeds"]
    for numbers in found.values():
        assert numbers.keys() >= KEYS | NESTED | {"sd_ratio_to_seeds", "sd_ratio_ci"}
        assert set(numbers["components"]) == {"patient", "run", "fold_run", "residual"}
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_the_numbers_are_those_of_a_slow_calculation(study):
    found = _summarise(study)["seeds"]
    dsc = study[study["arm"] == "seeds"].pivot(index="repetition", columns="patient")
    dsc = dsc["dsc_percent"].to_numpy()
    medians = [np.median(run) for run in dsc]
    assert found["medians"] == pytest.approx(medians)
    in_order = np.sort(dsc, axis=1)  # 15 patients: ranks 4 and 12
    assert found["intervals"] == [pytest.approx([run[3], run[11]]) for run in in_order]
    assert found["max_lower"] == pytest.approx(in_order[:, 3].max())
    assert found["min_upper"] == pytest.approx(in_order[:, 11].min())
    sd = np.std(medians, ddof=1)
    assert found["run_sd"] == pytest.approx(sd)
    assert found["rc"] == pytest.approx(1.96 * np.sqrt(2) * sd, rel=1e-4)
    assert found["within_patient_sd"] == pytest.approx(np.sqrt(dsc.var(axis=0, ddof=1).mean()))
    assert (found["runs"], found["patients"], found["folds"]) == (6, 15, 5)


def test_the_ratio_to_seeds_has_the_f_interval_of_two_variances(study):
    found = _summarise(study)
    ratio = found["default"]["run_sd"] / found["seeds"]["run_sd"]
    assert found["default"]["sd_ratio_to_seeds"] == pytest.approx(ratio)
    low, high = ratio / np.sqrt(stats.f.ppf([0.975, 0.025], 5, 5))
    assert found["default"]["sd_ratio_ci"] == pytest.approx([low, high])
    assert found["seeds"]["sd_ratio_to_seeds"] == 1 and found["control"]["sd_ratio_to_seeds"] == 0
    one, two = found["default"]["medians"], found["seeds"]["medians"]
    p = stats.levene(one, two, center="median").pvalue
    assert found["default"]["sd_ratio_brown_forsythe_p"] == pytest.approx(p)
    low, high = found["default"]["sd_ratio_bootstrap_ci"]
    assert low < ratio < high


def test_without_seeds_or_with_seeds_that_do_not_scatter_there_is_no_ratio(study):
    without = _summarise(study[study["arm"] != "seeds"])
    assert "sd_ratio_to_seeds" not in without["default"]
    flat = pd.concat([study[study["arm"] == "default"], _rows("seeds", np.full((3, 15), 80.0))])
    found = _summarise(flat)["default"]
    assert found["sd_ratio_to_seeds"] is None and found["sd_ratio_ci"] == [None, None]


def test_identical_runs_are_called_identical_and_never_tested(study, monkeypatch):
    def _refuse(*_, **__):
        raise AssertionError("a test was called")

    for test in ("wilcoxon", "ttest_1samp", "ttest_ind", "friedmanchisquare", "levene"):
        monkeypatch.setattr(stats, test, _refuse)
    found = _summarise(study[study["arm"].isin(["control", "seeds"])])["control"]
    assert (found["verdict"], found["distinct_digests"], found["run_sd"]) == ("identical", 1, 0)
    assert found["components"]["run"] == 0 and found["icc_a1"] == 1


def test_fewer_digests_than_runs_mark_the_intervals_as_not_valid(study):
    some = study[study["arm"] == "default"].copy()
    second, first = some["repetition"] == 1, some["repetition"] == 0
    for column in ("dsc_percent", "weights_sha256"):
        some.loc[second, column] = some.loc[first, column].to_numpy()
    found = _summarise(some)["default"]
    assert (found["runs"], found["distinct_digests"], found["valid"]) == (6, 5, False)
    assert "not valid: only 5 runs are distinct" in found["sentence"]


def test_equal_medians_of_unlike_runs_are_not_identical():
    found = _summarise(_rows("a", [[80, 85, 90], [70, 85, 99]], folds=3))["a"]
    assert found["verdict"] != "identical" and found["distinct_digests"] is None


def test_unfinished_repetitions_are_counted_and_named(study):
    undone = (study["repetition"].isin([4, 5])) & (study["fold"] == 3) & (study["arm"] == "seeds")
    found = _summarise(study[~undone])
    assert found["seeds"]["runs"] == 4 and found["default"]["runs"] == 6
    assert found["seeds"]["unfinished"] == 2
    assert found["seeds"]["unfinished_repetitions"] == [4, 5]


def test_without_a_finished_repetition_there_is_no_summary(study):
    half = study[(study["arm"] == "seeds") & (study["fold"] == study["repetition"])]
    with pytest.raises(InputError, match="let one finish"):
        _summarise(half)


def test_patients_who_change_folds_leave_no_fold_part_and_it_is_said(study):
    moved = study[study["arm"] == "seeds"].copy()
    moved["fold"] = (moved["fold"] + moved["repetition"]) % 5
    assert _summarise(moved)["seeds"]["components"]["fold_run"] is None


@pytest.mark.parametrize("margin", [0, -1, np.nan, "wide", 100.5, 1e308])
def test_a_margin_that_is_none_is_refused(study, margin):
    with pytest.raises(InputError, match="margin"):
        _summarise(study, margin)


def test_one_run_and_one_patient_give_what_they_can():
    one_run = _summarise(_rows("a", [[80, 81, 82, 83, 84, 85]]))["a"]
    assert one_run["verdict"] == "not shown" and one_run["run_sd"] is None
    assert not NESTED & one_run.keys()
    one_patient = _summarise(_rows("a", [[80], [81], [79]]))["a"]
    assert one_patient["run_sd"] == pytest.approx(1) and one_patient["overlap"] is None


def test_patients_who_are_all_alike_have_a_summary_of_the_runs_alone():
    dsc = np.repeat([[90.1], [91.2], [89.7]], 9, axis=1)
    table = pd.concat([_rows("a", dsc), _rows("seeds", 2 * dsc - 90)])
    found = _summarise(table)["a"]
    assert found["run_sd"] == pytest.approx(np.std([90.1, 91.2, 89.7], ddof=1))
    assert (found["icc_a1"], found["components"]["patient"]) == (0, 0)
    assert found["components"]["run"] == pytest.approx(found["run_sd"] ** 2)
    assert found["sd_ratio_to_seeds"] == pytest.approx(0.5)


def test_two_hundred_arms_are_two_hundred_summaries():
    dsc = _runs(5, repetitions=2)
    table = pd.concat([_rows(f"arm {n}", dsc + n / 100) for n in range(200)])
    found = _summarise(table)
    assert len(found) == 200
    assert found["arm 199"]["medians"] == pytest.approx(np.median(dsc, axis=1) + 1.99)


def test_the_published_table_has_the_published_numbers():
    table = csv_tables.read_published("helpers/reference/published_table.csv")
    found = summary.summarise_published(table)["published"]
    assert found.keys() >= KEYS
    assert (found["max_lower"], found["min_upper"]) == (95.69, 96.36)
    assert found["run_sd"] == pytest.approx(0.150366, abs=1e-6)
    assert found["rc"] == pytest.approx(0.4168, abs=1e-4)
    assert (found["verdict"], found["distinct_digests"]) == ("not shown", None)


def test_the_conclusion_names_the_verdict_of_every_arm(study):
    table = csv_tables.read_published("helpers/reference/published_table.csv")
    said = summary.conclusion(table, _summarise(study))
    assert "0.67 points to spare" in said and "published: not shown (10 runs)" in said
    assert "control: identical (6 runs, 1 distinct)" in said
