"""Scatter over runs beside the interval over patients."""

import pytest

from helpers.display.figures.diagnosis_spread import diagnosis_spread
from helpers.lesions.findings import Findings
from helpers.statistics import diagnoses
from tests.statistics.example_findings import CANDIDATES, LESIONS, MASKS


def test_every_run_is_a_dot_beside_the_interval_of_the_first(ax):
    summary = diagnoses.summarise(CANDIDATES, LESIONS, MASKS)
    diagnosis_spread(Findings(CANDIDATES, LESIONS, MASKS), summary, "sensitivity", ax)
    bar, dots = ax.lines[:2]
    assert dots.get_xdata() == pytest.approx([1, 0.75])
    assert ax.get_title().startswith("share of lesions found: furthest apart order 0.750 to 1.000")
    assert bar.get_xdata() == pytest.approx(summary["order"]["first"]["sensitivity_ci"])


def test_lesions_of_one_kind_have_no_auc_and_the_figure_says_so(ax):
    alike = LESIONS.assign(kind="benign")
    summary = diagnoses.summarise(CANDIDATES, alike, MASKS)
    diagnosis_spread(Findings(CANDIDATES, alike, MASKS), summary, "auc", ax)
    assert "needs malignant and benign lesions" in ax.texts[0].get_text() and not ax.lines
