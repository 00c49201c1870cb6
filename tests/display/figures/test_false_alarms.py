"""False alarms are counted rule by rule, and so is the verdict."""

import numpy as np
import pytest

from helpers.display.figures.false_alarms import at_a_glance, false_alarms
from helpers.statistics import repeatability, simulation


def test_false_alarms_name_the_worst_test_over_patients(ax):
    truth = simulation.Truth(runs=4)
    found = simulation.rejections(simulation.simulate(truth, 1, 60), truth.fold())
    false_alarms(found, ax)
    worst = found.loc[found["unit"] == "patient", "rate"].max()
    assert f"up to {100 * worst:.0f} %" in ax.get_title()
    assert [bar.get_width() for bar in ax.patches] == pytest.approx(100 * found["rate"])


def test_rules_that_cannot_be_called_say_so(ax):
    at_a_glance(patients=5, repetitions=2, shift=0, margin=0.5, ax=ax, tables=10)
    assert "Friedman · all runs · patient not possible" in ax.get_label()


def test_the_glance_gives_the_verdict_of_the_simulated_studies(ax):
    at_a_glance(42, 5, 0.0, 0.6, ax, seed=3, tables=40)
    drawn = simulation.simulate(simulation.Truth(runs=5), 3, 40)
    verdicts = [repeatability.run_level(np.median(t, axis=1), 0.6).verdict for t in drawn]
    share = np.mean([verdict.startswith("repeatable") for verdict in verdicts])
    assert f"'repeatable within ±0.6' in {share:.0%}" in ax.get_title()
