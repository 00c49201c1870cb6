import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from helpers.display.figures import diagnosis_spread, enhancement_maps, free_response
from helpers.imaging.volumes import Volume
from helpers.lesions import candidate_features, candidates
from helpers.lesions.findings import Findings
from helpers.statistics import diagnoses
from tests.statistics.example_findings import CANDIDATES, LESIONS, MASKS

FOUND = Findings(CANDIDATES, LESIONS, MASKS)


@pytest.fixture
def axes():
    figure, axes = plt.subplots(1, 3)
    yield axes
    plt.close(figure)


def test_a_line_a_run_and_the_dot_where_it_is_shown(axes):
    ax = free_response.free_response(FOUND, axes[0])
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert [tuple(map(float, d.get_xydata()[0])) for d in dots] == [
        pytest.approx((1 / 3, 1)),
        pytest.approx((0, 0.75)),
        pytest.approx((0, 0)),
    ]
    assert "order 1.00 at 0.33" in ax.get_label()


def test_every_run_is_a_dot_beside_the_interval_of_the_first(axes):
    summary = diagnoses.summarise(CANDIDATES, LESIONS, MASKS)
    ax = diagnosis_spread.diagnosis_spread(FOUND, summary, "sensitivity", axes[0])
    bar, dots = ax.lines[:2]
    assert dots.get_xdata() == pytest.approx([1, 0.75])
    assert bar.get_xdata() == pytest.approx(summary["order"]["first"]["sensitivity_ci"])


def test_shares_of_tumours_are_beside_what_the_middle_gives_for_nothing(axes):
    table = pd.DataFrame({"threshold": [0.5, 1], "hits": [8, 4], "patients": [10, 10]})
    ax = free_response.by_threshold({0.3: table}, {0.3: 0.9}, axes[0])
    assert ax.lines[0].get_ydata().tolist() == [0.8, 0.4]
    assert ax.lines[1].get_ydata()[0] == 0.9


def test_maps_show_the_difference_the_course_and_the_candidates(axes):
    data = np.full((24, 20, 4, 3), 100, "float32")
    data[8:14, 6:12, 1:3, 1], data[8:14, 6:12, 1:3, 2] = 250, 150
    volume = Volume(data, np.diag([2.0, 2, 3, 1]), np.array([0.0, 100, 200]))
    maps, mask = candidate_features.maps(volume), np.ones((24, 20, 4), bool)
    found = candidates.find(maps.dynamic.mean, mask, volume.affine, 0.5)
    shown = enhancement_maps.enhancement_maps(maps, found, mask, 2, axes)
    subtraction = shown[0].images[0].get_array()
    assert subtraction.shape == (20, 24) and subtraction[8, 10] == 150 and subtraction[2, 2] == 0
    red = np.asarray(shown[1].images[0].get_array())[8, 10]
    assert red[0] > 0.9 and red[2] < 0.1
    assert "1 candidates" in shown[2].get_label()
