"""How many lesions at what price: the curves' points are those of the findings."""

import pandas as pd
import pytest

from helpers.display.figures import free_response
from helpers.lesions.findings import Findings
from tests.statistics.example_findings import CANDIDATES, LESIONS, MASKS

FOUND = Findings(CANDIDATES, LESIONS, MASKS)


def test_a_line_a_run_and_the_dot_where_it_is_shown(ax):
    free_response.free_response(FOUND, ax)
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert [tuple(map(float, d.get_xydata()[0])) for d in dots] == [
        pytest.approx((1 / 3, 1)),
        pytest.approx((0, 0.75)),
        pytest.approx((0, 0)),
    ]
    assert "order 1.00 at 0.33" in ax.get_label()
    assert ax.get_title() == (
        "Shown: 0 to 100 % of the lesions, 0.00 to 0.33 false candidates a phantom"
    )


def test_shares_of_tumours_are_beside_what_the_middle_gives_for_nothing(ax):
    ends = {"low": [0.5, 0.2], "high": [0.9, 0.6]}
    table = pd.DataFrame({"hits": [8, 4], "sensitivity": [0.8, 0.4]} | ends, index=[0.5, 1])
    free_response.by_threshold({0.3: table}, {0.3: 0.9}, ax)
    assert ax.lines[0].get_ydata().tolist() == [0.8, 0.4]
    band = ax.collections[0].get_paths()[0].vertices
    assert {0.5, 0.9, 0.2, 0.6} <= set(band[:, 1])
    assert ax.lines[1].get_ydata()[0] == 0.9
    assert ax.get_title() == "Real tumours hit at most: 0.80 at overlap 0.3"
