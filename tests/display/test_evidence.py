"""Figures of evidence state their finding with its numbers, and a sentence where there is none."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.display import evidence, rules, scatter, viewers
from helpers.statistics import (
    arm_comparison,
    intervals,
    planning,
    repeatability,
    simulation,
    summary,
)

TRUTH = simulation.Truth(patients=20, folds=5, runs=6, run_sd=0.2)
FOLD = TRUTH.fold()
TINY = pd.DataFrame([[80.0, 81, 82, 83], [80.5, 81, 83, 84]])
FLAT = pd.DataFrame(np.tile([80.0, 81, 82, 83], (3, 1)))


@pytest.fixture
def ax():
    figure, ax = plt.subplots()
    yield ax
    plt.close(figure)


def _runs(seed=1, shift=0.0):
    return pd.DataFrame(simulation.simulate(TRUTH, seed)[0] + shift)


def _published():
    return intervals.read_published("helpers/reference/published_table.csv")


def test_the_table_shows_every_repetition_with_its_interval(ax):
    table = _published()
    assert evidence.interval_table(table, ax) is ax
    text = "\n".join(part.get_text() for part in ax.texts)
    for row in table.itertuples():
        assert f"{row.repetition:<7}" in text and f"{row.lower:.2f}–{row.upper:.2f}" in text
    assert "95.80 to 96.25 %" in ax.get_label()


def test_a_long_table_has_blocks_that_lose_no_row(ax):
    table = intervals.overlap_table(simulation.simulate(simulation.Truth(runs=50), 1)[0])
    evidence.interval_table(table, ax)
    lines = [line for part in ax.texts for line in part.get_text().split("\n")]
    assert len(ax.texts) == 4 and len(lines) == 50 + 4


def test_the_strip_shows_where_chance_puts_the_edges_of_the_band(ax):
    runs = _runs()
    assert evidence.strip_and_chance(runs, FOLD, ax) is ax
    band = intervals.overlap(intervals.overlap_table(runs))
    assert f"{band.spare:.2f} points to spare" in ax.get_title()
    assert "runs that do not differ would have" in ax.get_label()


def test_chance_is_not_asked_of_identical_runs(ax, monkeypatch):
    monkeypatch.setattr(evidence.common_band, "null_band", None)
    evidence.strip_and_chance(np.tile(np.linspace(70, 90, 12), (3, 1)), np.arange(12) % 3, ax)
    assert "by chance" not in ax.get_title()


def test_dots_show_every_run_its_prediction_and_the_published_value(ax):
    found = summary.summarise_published(_published())
    evidence.run_dots(found, ax, 95.9)
    assert sorted(ax.lines[0].get_xdata()) == sorted(found["published"]["medians"])
    assert list(ax.lines[1].get_xdata()) == pytest.approx([95.63, 96.35], abs=0.01)
    assert "95.63 to 96.35 %" in ax.get_title() and "published 95.90 %" in ax.get_label()


def test_a_published_value_far_off_is_an_arrow_that_squeezes_nothing(ax):
    found = summary.summarise_published(_published().assign(median=[80 + i / 9 for i in range(10)]))
    evidence.run_dots(found, ax, 95.9)
    assert ax.get_xlim()[1] < 85
    assert any(text.get_text() == "published 95.90 % →" for text in ax.texts)


def test_runs_that_repeat_have_a_prediction_marked_as_not_valid(ax):
    level = repeatability.run_level([80, 80, 81], digests=list("aab"))
    numbers = {
        "medians": [80, 80, 81],
        "prediction_interval": level.prediction_interval,
        "verdict": level.verdict,
        "valid": level.valid,
    }
    evidence.run_dots({"default": numbers}, ax)
    assert "not valid: runs repeat" in ax.get_label()


def test_the_bars_are_the_shares_of_the_components(ax):
    runs = _runs()
    scatter.variance_bars(runs, FOLD, ax)
    parts = scatter.components.variance_components(runs, FOLD)
    noise = [parts.run, parts.fold_run, parts.residual]
    widths = [bar.get_width() for bar in ax.patches]
    assert widths[4:] == pytest.approx(100 * np.array(noise) / np.clip(noise, 0, None).sum())
    assert f"{parts.fold_share:.0%} of the noise" in ax.get_title()


def test_a_negative_component_is_shown_left_of_zero(ax):
    runs = next(
        runs
        for runs in (pd.DataFrame(x) for x in simulation.simulate(simulation.Truth(), 1, 50))
        if scatter.components.variance_components(runs, simulation.Truth().fold()).run < 0
    )
    scatter.variance_bars(runs, simulation.Truth().fold(), ax)
    assert min(bar.get_width() for bar in ax.patches) < 0
    assert all(bar.get_x() == 0 for bar in ax.patches if bar.get_width() < 0)


def test_the_map_names_the_training_that_is_most_off(ax):
    runs = _runs()
    runs.iloc[2, FOLD == 3] += 5
    scatter.fold_run_map(runs, FOLD, ax)
    assert "run 2, fold 3" in ax.get_label()
    plain = runs.to_numpy() - runs.to_numpy().mean(axis=0)
    off = plain[2, FOLD == 3].mean() - plain[2].mean()
    assert f"up to {off:.2f} points" in ax.get_title()


def test_equivalence_starts_where_two_one_sided_tests_pass(ax):
    runs = {"default": _runs(1), "order": _runs(2), "control": FLAT.reindex(columns=range(20))}
    runs["control"] = pd.DataFrame(np.tile(np.linspace(70, 90, 20), (3, 1)))
    evidence.equivalence(runs, FOLD, "default", ax)
    margin = arm_comparison.compare_arms(runs["default"], runs["order"], FOLD, 1).smallest_margin
    shown = float(ax.get_label().split("order from ")[1].split(" points")[0])
    assert margin < shown < 1.15 * margin
    assert "control" not in ax.get_label()


def test_three_answers_have_three_colours_and_three_marks(ax):
    evidence.equivalence({"a": _runs(1), "b": _runs(2, shift=1.0)}, FOLD, "a", ax)
    looks = {
        line.get_label(): (line.get_color(), line.get_marker())
        for line in ax.lines
        if line.get_label() in evidence.ANSWERS
    }
    assert len({colour for colour, _ in looks.values()}) == len(looks) == 3
    assert len({mark for _, mark in looks.values()}) == 3
    drawn = {line.get_marker() for line in ax.lines if len(line.get_xdata())}
    assert {"X", "o"} <= drawn


def test_the_rank_map_puts_the_best_run_on_top(ax):
    runs = _runs()
    runs.iloc[4] += 8
    evidence.rank_map(runs, ax, resamples=500)
    assert ax.get_title() == "Run 4 ranks first in 100% of the resamples"
    assert ax.get_yticklabels()[0].get_text() == "4"
    assert list(ax.images[0].get_array().sum(axis=1)) == pytest.approx([100] * 6)


def test_repeatability_ends_at_the_bound_of_all_runs(ax):
    medians = _published()["median"]
    evidence.repeatability_so_far(medians, 0.5, ax)
    assert ax.lines[1].get_ydata()[-1] == pytest.approx(
        repeatability.run_level(medians, 0.5).rc_upper
    )
    assert "RC is 0.42, upper bound 0.69" in ax.get_title() and "not shown" in ax.get_label()


@pytest.mark.parametrize(
    "plot",
    [
        lambda ax: evidence.strip_and_chance(TINY, [0, 0, 1, 1], ax),
        lambda ax: scatter.variance_bars(TINY.iloc[:1], [0, 0, 1, 1], ax),
        lambda ax: scatter.variance_bars(FLAT, [0, 0, 1, 1], ax),
        lambda ax: scatter.fold_run_map(TINY, None, ax),
        lambda ax: evidence.equivalence({"a": TINY, "b": FLAT}, [0, 0, 1, 1], "a", ax),
        lambda ax: evidence.rank_map(FLAT, ax),
        lambda ax: evidence.repeatability_so_far([80.0], 0.5, ax),
        lambda ax: rules.verdict_power({"a": None, "b": 0.0}, 0.5, ax),
    ],
)
def test_data_that_are_too_few_give_a_sentence_in_place_of_a_figure(ax, plot):
    assert plot(ax) is ax
    assert ax.get_label().startswith("No figure: ") and ax.texts
    assert "<img alt=" in viewers.shown(ax).data


@pytest.mark.parametrize(
    "plot",
    [
        lambda ax: scatter.variance_bars(TINY, [0, 0, 1, 1], ax),
        lambda ax: scatter.fold_run_map(TINY, [0, 0, 1, 1], ax),
        lambda ax: evidence.rank_map(TINY, ax, resamples=50),
        lambda ax: evidence.repeatability_so_far(TINY.median(axis=1), 0.5, ax),
        lambda ax: evidence.equivalence({"a": TINY, "b": TINY + 1e-3}, [0, 0, 1, 1], "a", ax),
    ],
)
def test_two_runs_of_four_patients_are_enough_for_a_figure_or_a_sentence(ax, plot):
    assert plot(ax).get_label()
    viewers.png(ax.figure)


def test_power_is_read_off_where_a_rule_reaches_80_percent(ax):
    shifts = [0.0, 1.0, 2.0]
    rows = [("t", "two runs", "fold", s, r) for s, r in zip(shifts, (0.05, 0.6, 1.0), strict=True)]
    rows += [("Wilcoxon", "two runs", "patient", s, 0.1) for s in shifts]
    found = pd.DataFrame(rows, columns=["rule", "compares", "unit", "shift", "rate"])
    rules.power(found, ax)
    assert "t · fold at 1.50 points" in ax.get_label()
    assert "Wilcoxon · patient at no shift shown" in ax.get_label()
    assert ax.get_title().startswith("Simulated")


def test_false_alarms_name_the_worst_test_over_patients(ax):
    truth = simulation.Truth(runs=4)
    found = simulation.rejections(simulation.simulate(truth, 1, 60), truth.fold())
    rules.false_alarms(found, ax)
    worst = found.loc[found["unit"] == "patient", "rate"].max()
    assert f"up to {100 * worst:.0f} %" in ax.get_title()
    assert [bar.get_width() for bar in ax.patches] == pytest.approx(100 * found["rate"])


def test_rules_that_cannot_be_called_say_so(ax):
    rules.at_a_glance(patients=5, repetitions=2, shift=0, margin=0.5, ax=ax, tables=10)
    assert "Friedman · all runs · patient not possible" in ax.get_label()


def test_the_glance_gives_the_verdict_of_the_simulated_studies(ax):
    rules.at_a_glance(42, 5, 0.0, 0.6, ax, seed=3, tables=40)
    drawn = simulation.simulate(simulation.Truth(runs=5), 3, 40)
    verdicts = [repeatability.run_level(np.median(t, axis=1), 0.6).verdict for t in drawn]
    share = np.mean([verdict.startswith("repeatable") for verdict in verdicts])
    assert f"'repeatable within ±0.6' in {share:.0%}" in ax.get_title()


def test_the_power_of_the_verdict_names_the_repetitions_it_takes(ax):
    rules.verdict_power({"a": 0.1, "b": 0.3}, 0.5, ax)
    assert f"a {planning.runs_needed(0.1)}, b never" in ax.get_title()
    chance = 100 * stats.chi2.cdf((0.5 / 0.27718) ** 2 * stats.chi2.ppf(0.05, 9), 9)
    assert ax.lines[0].get_ydata()[8] == pytest.approx(chance, rel=1e-3)


def test_the_sliders_redraw_the_picture():
    viewer = viewers.rules_viewer(patients=12, repetitions=3)
    *sliders, picture = viewer.children
    assert [s.description for s in sliders] == [
        "patients",
        "repetitions",
        "shift, points",
        "margin, points",
    ]
    for slider, value in zip(sliders, (20, 4, 1.0, 1.5), strict=True):
        before = bytes(picture.value)
        slider.value = value
        assert bytes(picture.value).startswith(b"\x89PNG") and picture.value != before
    assert not plt.get_fignums()
