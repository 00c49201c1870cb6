"""A few steps say what a cell takes."""

import math
from dataclasses import replace

import pytest

from helpers.learning.trial import Trial
from helpers.protocol import STUDY
from tests.learning import fresh
from tests.learning.test_cell import TINY, _in_fresh_process


def test_a_cell_takes_its_steps_and_the_segmenting_of_the_held_out_slices():
    found = Trial(step_s=0.5, slice_s=0.01, peaks_mb={})
    protocol = replace(STUDY, epochs=3, folds=10, batch=8)
    steps = sum(1 for _ in range(0, 90, 8))
    assert steps == math.ceil(90 / 8)
    assert found.cell_s(protocol, 100) == pytest.approx(3 * steps * 0.5 + 10 * 0.01)


def test_a_trial_measures_steps_and_memory_and_harms_no_cell_after_it(discs):
    cohort = discs(4, TINY.size)
    found, record = _in_fresh_process(fresh.trial_and_cell, TINY, cohort)
    [alone] = _in_fresh_process(fresh.records, TINY, [("control", 0, 0)], cohort)
    assert 0 < found.step_s < math.inf and 0 < found.slice_s < math.inf
    assert found.peaks_mb["process"] > 100
    assert record["epochs_sha256"] == alone["epochs_sha256"]
