"""One verdict from two estimates: the better one, and the other where it must not be trusted."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from helpers.display.report import tables
from helpers.errors import InputError
from helpers.statistics import recombined_runs, repeatability, runs, summary
from helpers.statistics.both_estimates import both_estimates
from helpers.study import shipped
from tests.display.example_runs import FLAT, TINY, runs_of, simulated


@pytest.fixture(scope="module")
def wide():
    return runs.by_arm(shipped.table("parting"))


def test_both_estimates_are_those_of_their_own_modules(wide):
    both = both_estimates(wide["default"], 1)
    assert both.recombined == recombined_runs.of_runs(wide["default"], 1)
    assert both.runs == repeatability.run_level(
        wide["default"].medians, 0.5, wide["default"].digests
    )
    means = wide["default"].dsc.mean(axis=1)
    assert both.mean.run_sd == pytest.approx(means.std())
    assert both.recombined_mean.of == "mean" and np.isfinite(both.recombined_mean.rc_upper)


def test_the_verdict_rests_on_recombined_runs_and_says_so(wide):
    both = both_estimates(wide["default"], 1)
    assert (both.rests_on, both.better) == ("recombined runs", both.recombined)
    assert both.verdict == both.recombined.verdict == "repeatable within ±0.5 points"
    assert str(both).startswith("Repeatable within ±0.5 points: the medians of runs recombined")
    assert f"From the runs as they were: {both.runs}" in str(both)


def test_recombined_runs_can_show_what_the_runs_themselves_do_not():
    arm = simulated(seed=3)
    both = both_estimates(arm, 1)
    between = (both.recombined.rc_upper + both.runs.rc_upper) / 2
    both = both_estimates(arm, 1, margin=between)
    assert both.recombined.rc_upper < both.runs.rc_upper
    assert both.runs.verdict == "not shown" and both.verdict.startswith("repeatable")


def test_runs_that_share_something_keep_the_verdict_of_the_runs():
    shared = 3 * np.random.default_rng(1).normal(size=(6, 1))
    arm = simulated()
    both = both_estimates(runs_of(arm.dsc.to_numpy() + shared, arm.fold), 1)
    assert both.recombined.shares and both.rests_on == "runs" and both.better is both.runs
    assert "Recombined runs do not count. The trainings of a run were found to share" in str(both)


def test_runs_without_folds_or_with_two_trainings_of_each_keep_theirs():
    no_folds = both_estimates(runs_of([[80.0, 81, 82], [81, 83, 82], [79, 80, 81]]), 1)
    assert no_folds.recombined is None and no_folds.rests_on == "runs"
    assert "the folds are not known or too few" in str(no_folds)
    two = both_estimates(TINY, 1)
    assert two.rests_on == "runs" and "less than three trainings" in str(two)


def test_medians_that_are_one_are_no_lack_of_trainings():
    """Five runs of which one patient of fold 0 differs, far from the median."""
    dsc = np.tile([80.0, 82, 90, 93], (5, 1))
    dsc[:, 3] += np.arange(5)
    dsc[:, 0] -= np.arange(5)
    both = both_estimates(runs_of(dsc, [0, 0, 1, 1]), 1)
    assert both.verdict == "not shown" and "less than three" not in str(both)
    assert "their medians are one too" in str(both)


def test_trainings_that_repeat_in_every_fold_keep_the_verdict_of_the_runs():
    rows = np.array([[80.0, 82, 90, 93], [81, 83, 91, 94]])
    dsc = np.concatenate([rows, rows, rows[[0, 1]][:, [0, 1, 2, 3]]])
    both = both_estimates(runs_of(dsc, [0, 0, 1, 1]), 1)
    assert both.rests_on == "runs" and "trainings repeat in every fold" in str(both)


def test_identical_runs_are_identical_and_rest_on_their_bits():
    both = both_estimates(FLAT, 1)
    assert (both.verdict, both.rests_on) == ("identical", "runs")
    assert str(both) == str(both.runs) and both.recombined.identical


def test_the_drawing_obeys_its_seed_and_a_margin_that_is_none_is_refused():
    one, again, other = (both_estimates(simulated(), seed) for seed in (1, 1, 2))
    assert one.recombined == again.recombined != other.recombined
    with pytest.raises(InputError, match="margin"):
        both_estimates(simulated(), 1, margin=-1)


def test_the_summary_and_its_tables_have_both_side_by_side(wide):
    found = summary.summarise({arm: wide[arm] for arm in ("control", "default", "seeds")})
    both = both_estimates(wide["default"], summary.ANALYSIS_SEED)
    one = found["default"]
    assert (one["rests_on"], one["verdict"]) == (both.rests_on, both.verdict)
    assert one["recombined"]["run_sd"] == both.recombined.run_sd
    assert one["run_sd"] == both.runs.run_sd and one["of_means"]["rc"] == both.mean.rc
    expected = recombined_runs.ratio(
        both.recombined, both_estimates(wide["seeds"], 2018).recombined
    )
    assert one["recombined_ratio_to_seeds"] == expected[0]
    assert one["recombined_ratio_ci"] == list(expected[1])
    assert found["seeds"]["recombined_ratio_to_seeds"] == 1
    assert "recombined_ratio_to_seeds" not in found["control"]
    table = tables.estimates(found).set_index(["arm", "of the runs'"])
    row = table.loc["default", "medians"]
    assert row["SD"].startswith(f"{both.runs.run_sd:.3f} (")
    assert row["recombined SD"].startswith(f"{both.recombined.run_sd:.3f} (")
    assert row["worth runs"] == f"{both.recombined.worth:.0f}"
    assert table.loc["default", "means"]["recombined SD / of seeds"] == "–"
    overview = tables.overview(found).set_index("arm")
    assert overview.loc["default", "rests on"] == "recombined runs"
    assert overview.loc["default", "RC, upper bound (points)"] == f"{both.recombined.rc_upper:.3f}"
    assert overview.loc["control", "rests on"] == "runs"


def test_the_table_of_failures_gives_the_exact_interval(wide):
    found = summary.summarise({arm: wide[arm] for arm in ("control", "seeds")})
    table = tables.failures(found).set_index("arm")
    assert table.loc["seeds", "failed (%)"] == "2.0 (0.2 to 7.0)"
    assert (table.loc["control", "distinct"], table.loc["control", "failed (%)"]) == (
        10,
        "0.0 (0.0 to 30.8)",
    )
    assert tables.failures({"a": {}}).empty and tables.estimates({"a": {}}).empty
    assert isinstance(tables.failures({}), pd.DataFrame)


def _runs(unfinished=50.0, **more):
    """Two whole runs alike, and one fold of a third, of which another result is recorded."""
    rows = [("control", run, p % 2, f"p{p}", 80.0 + p) for run in range(2) for p in range(8)]
    rows += [("control", 2, 0, f"p{p}", unfinished + p) for p in (0, 2, 4, 6)]
    table = pd.DataFrame(rows, columns=["arm", "repetition", "fold", "patient", "dsc_percent"])
    return runs.by_arm(table.assign(**more))["control"]


def test_runs_are_not_identical_where_a_training_of_an_unfinished_one_differs():
    found = both_estimates(_runs(), 0)
    assert found.verdict == "not shown" and "though results differ" in str(found)
    assert both_estimates(_runs(80.0), 0).verdict == "identical"


def test_one_digest_of_weights_hides_no_other_dsc():
    alike = _runs(80.0, weights_sha256="a")
    assert both_estimates(alike, 0).verdict == "identical"
    other = alike.dsc.copy()
    other.iloc[1, :2] += [-30, 30]
    moved = both_estimates(replace(alike, dsc=other, cells=None, cell_digests=None), 0)
    assert moved.verdict == "not shown"
