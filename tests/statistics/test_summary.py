"""The summary says what the runs say: every number, nothing dropped unsaid, nothing invented."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.errors import InputError
from helpers.statistics import intervals, summary
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
    table = pd.DataFrame(rows, columns=list(summary.NEEDED))
    if digests is not None:
        of_run = table["repetition"].map(dict(enumerate(digests)))
        table["weights_sha256"] = of_run + table["fold"].astype(str)
    return table


def _runs(seed, runs=6, patients=15, **truth):
    known = Truth(patients=patients, folds=5, runs=runs, mean=80, **truth)
    return simulate(known, seed)[0]


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
    found = summary.summarise(summary.check_table(study, "study"))
    assert list(found) == ["control", "default", "seeds"]
    for numbers in found.values():
        assert numbers.keys() >= KEYS | NESTED | {"sd_ratio_to_seeds", "sd_ratio_ci"}
        assert set(numbers["components"]) == {"patient", "run", "fold_run", "residual"}
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_the_numbers_are_those_of_a_slow_calculation(study):
    found = summary.summarise(study)["seeds"]
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
    found = summary.summarise(study)
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
    without = summary.summarise(study[study["arm"] != "seeds"])
    assert "sd_ratio_to_seeds" not in without["default"]
    flat = pd.concat([study[study["arm"] == "default"], _rows("seeds", np.full((3, 15), 80.0))])
    found = summary.summarise(flat)["default"]
    assert found["sd_ratio_to_seeds"] is None and found["sd_ratio_ci"] == [None, None]


def test_identical_runs_are_called_identical_and_never_tested(study, monkeypatch):
    def _refuse(*_, **__):
        raise AssertionError("a test was called")

    for test in ("wilcoxon", "ttest_1samp", "ttest_ind", "friedmanchisquare", "levene"):
        monkeypatch.setattr(stats, test, _refuse)
    found = summary.summarise(study[study["arm"].isin(["control", "seeds"])])["control"]
    assert (found["verdict"], found["distinct_digests"], found["run_sd"]) == ("identical", 1, 0)
    assert found["components"]["run"] == 0 and found["icc_a1"] == 1


def test_fewer_digests_than_runs_mark_the_intervals_as_not_valid(study):
    some = study[study["arm"] == "default"].copy()
    second, first = some["repetition"] == 1, some["repetition"] == 0
    for column in ("dsc_percent", "weights_sha256"):
        some.loc[second, column] = some.loc[first, column].to_numpy()
    found = summary.summarise(some)["default"]
    assert (found["runs"], found["distinct_digests"], found["valid"]) == (6, 5, False)
    assert "not valid: only 5 runs are distinct" in found["sentence"]


def test_equal_medians_of_unlike_runs_are_not_identical():
    found = summary.summarise(_rows("a", [[80, 85, 90], [70, 85, 99]], folds=3))["a"]
    assert found["verdict"] != "identical" and found["distinct_digests"] is None


def test_a_missing_number_is_refused_by_patient_and_repetition(study):
    study.loc[(study["repetition"] == 3) & (study["patient"] == "P07"), "dsc_percent"] = np.nan
    with pytest.raises(InputError, match="patient P07 in repetition 3 of control"):
        summary.check_table(study, "study.csv")


def test_a_patient_who_is_not_there_in_a_finished_repetition_is_refused(study):
    gone = (study["repetition"] == 2) & (study["patient"] == "P04") & (study["arm"] == "seeds")
    with pytest.raises(InputError, match="P04 in repetition 2 of seeds is missing"):
        summary.check_table(study[~gone], "study.csv")


def test_unfinished_repetitions_are_left_out_counted_and_named(study):
    undone = (study["repetition"].isin([4, 5])) & (study["fold"] == 3) & (study["arm"] == "seeds")
    table = summary.check_table(study[~undone], "study.csv")
    found = summary.summarise(table)
    assert found["seeds"]["runs"] == 4 and found["default"]["runs"] == 6
    assert found["seeds"]["unfinished"] == 2
    assert found["seeds"]["unfinished_repetitions"] == [4, 5]
    [sentence] = summary.left_out(table)
    assert sentence == "seeds: 2 of 6 repetitions left out as unfinished (4, 5)."


def test_an_arm_without_a_finished_repetition_is_named_too(study):
    half = study[(study["arm"] == "seeds") & (study["fold"] == study["repetition"])]
    table = pd.concat([study[study["arm"] != "seeds"], half])
    assert "seeds" not in summary.summarise(table)
    assert "nothing of this arm is left" in " ".join(summary.left_out(table))
    with pytest.raises(InputError, match="let one finish"):
        summary.summarise(half)


def test_patients_who_change_folds_leave_no_fold_part_and_it_is_said(study):
    moved = study[study["arm"] == "seeds"].copy()
    moved["fold"] = (moved["fold"] + moved["repetition"]) % 5
    assert summary.summarise(moved)["seeds"]["components"]["fold_run"] is None
    assert "change their fold" in summary.left_out(moved)[0]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda t: t.drop(columns="fold"), "no column fold"),
        (lambda t: t.iloc[:0], "no row"),
        (lambda t: t.assign(dsc_percent=t["dsc_percent"] / 100), "not as fractions"),
        (lambda t: t.assign(dsc_percent=101.0), "from 0 to 100"),
        (lambda t: t.assign(dsc_percent="high"), "'high'"),
        (lambda t: pd.concat([t, t.iloc[:1]]), "P00 in repetition 0 of control occurs twice"),
        (lambda t: t.assign(arm=t["arm"].where(t.index != 4)), "row 5: arm is missing"),
    ],
)
def test_a_table_that_cannot_be_right_is_refused_in_one_sentence(study, change, says):
    with pytest.raises(InputError, match=says):
        summary.check_table(change(study), "study.csv")


@pytest.mark.parametrize("margin", [0, -1, np.nan, "wide"])
def test_a_margin_that_is_none_is_refused(study, margin):
    with pytest.raises(InputError, match="margin"):
        summary.summarise(study, margin)


def test_one_run_and_one_patient_give_what_they_can():
    one_run = summary.summarise(_rows("a", [[80, 81, 82, 83, 84, 85]]))["a"]
    assert one_run["verdict"] == "not shown" and one_run["run_sd"] is None
    assert not NESTED & one_run.keys()
    one_patient = summary.summarise(_rows("a", [[80], [81], [79]]))["a"]
    assert one_patient["run_sd"] == pytest.approx(1) and one_patient["overlap"] is None


def test_the_published_table_has_the_published_numbers():
    table = intervals.read_published("helpers/reference/published_table.csv")
    found = summary.summarise_published(table)["published"]
    assert found.keys() >= KEYS
    assert (found["max_lower"], found["min_upper"]) == (95.69, 96.36)
    assert found["run_sd"] == pytest.approx(0.150366, abs=1e-6)
    assert found["rc"] == pytest.approx(0.4168, abs=1e-4)
    assert (found["verdict"], found["distinct_digests"]) == ("not shown", None)


def test_the_conclusion_names_the_verdict_of_every_arm(study):
    table = intervals.read_published("helpers/reference/published_table.csv")
    said = summary.conclusion(table, summary.summarise(study))
    assert "0.67 points to spare" in said and "published: not shown (10 runs)" in said
    assert "control: identical (6 runs, 1 distinct)" in said
