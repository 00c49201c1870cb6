"""How a grid fits is said in a line, and where it does not, in warnings that name patients."""

from dataclasses import replace

import numpy as np

from helpers.imaging import grid_fit
from helpers.imaging.slices import Prepared
from helpers.protocol import DEMO


def _patient(name, shape, spacing, truth):
    """Truth on the patient's grid and on a grid of 8 × 8 of 2 mm, by ``prepare``'s own way."""
    from helpers.imaging.resampling import area_mean

    drawn = np.zeros((1, *shape), bool)
    drawn[(0, *truth)] = True
    small = area_mean(drawn[:, None].astype("float32"), (spacing, spacing), GRID) > 0.5
    masks = np.moveaxis(small, 1, -1).astype("float32")
    return Prepared(name, masks, masks, np.ones(1, bool), drawn, (3.0, spacing, spacing))


GRID = replace(DEMO, size=8, spacing=2.0, depth=2)
MIDDLE = np.s_[3:6, 3:6]


def test_a_grid_that_fits_is_one_line():
    cohort = [_patient(name, (9, 7), 2.0, MIDDLE) for name in ("a", "b")]
    found = grid_fit.fit(cohort, GRID)
    assert str(found) == "Grid: ceilings 100 %, 2 patients." and found.warnings == []


def test_a_low_ceiling_and_truth_outside_are_warned_of_by_name():
    cohort = [
        _patient("whole", (8, 8), 2.0, MIDDLE),
        _patient("coarse", (20, 20), 0.9, np.s_[8:11, 8:11]),
        _patient("long", (12, 8), 2.0, np.s_[:, 4]),
    ]
    found = grid_fit.fit(cohort, GRID)
    assert found.outside == {"whole": 0, "coarse": 0, "long": 4}
    assert found.ceilings["long"] == 100 * 2 * 8 / (8 + 12)
    low, outside = found.warnings
    assert "2 ceilings are under 95 %" in low and "long 80.0 %" in low and "coarse" in low
    assert "in 1 patients (of its voxels long 33.3 %)" in outside


def test_what_is_less_than_100_is_not_shown_as_100():
    assert grid_fit.between([99.97, 100.0]) == "99.9 to 100"
    assert grid_fit.between([99.2, 99.2]) == "99.2"
    assert grid_fit.between([97.0]) == "97"
