"""Switches stand beside what they cost."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from helpers.display.figures.switch_costs import switches


def test_switches_stand_beside_their_cost():
    figure, axes = plt.subplots(1, 2, sharey=True)
    found = pd.DataFrame(
        {
            "setting": ["nothing", "inter-op 1", "oneDNN off", "TF32"],
            "runs": [5, 5, 5, 0],
            "distinct": [5, 1, 1, np.nan],
            "as_reference": [False, True, False, np.nan],
            "ms_best": [90.0, 110, 150, np.nan],
            "ms_median": [100.0, 115, 160, np.nan],
            "ratio": [1.0, 1.15, 1.6, np.nan],
        }
    )
    assert switches(found, axes) is axes
    assert axes[0].get_title() == "One digest: 2 of 3 settings"
    assert "the reference's digest: inter-op 1" in axes[0].get_label()
    assert "inter-op 1 ×1.15, oneDNN off ×1.60" in axes[1].get_label()
    assert "not here" in [t.get_text() for t in axes[0].texts]
    assert [b.get_width() for b in axes[0].patches] == [5, 1, 1, 0]
    plt.close(figure)


def test_the_spread_of_the_rounds_stands_beside_a_ratio():
    figure, axes = plt.subplots(1, 2, sharey=True)
    found = pd.DataFrame(
        {
            "setting": ["nothing", "AVX2"],
            "runs": [3, 3],
            "distinct": [3, 1],
            "as_reference": [False, False],
            "ms_best": [90.0, 110],
            "ms_median": [100.0, 115],
            "ratio": [1.0, 1.15],
            "ratio_low": [1.0, 1.1],
            "ratio_high": [1.0, 1.3],
        }
    )
    _, times = switches(found, axes)
    assert [t.get_text() for t in times.texts] == [" ×1.00", " ×1.15 (1.10 to 1.30)"]
    assert "AVX2 ×1.15 (1.10 to 1.30)" in times.get_label()
    plt.close(figure)
