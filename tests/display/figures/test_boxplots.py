"""Box plots state the range of the medians, and the lowest patient."""

import numpy as np
import pandas as pd

from helpers.display.figures.boxplots import boxplots


def _table(rng, repetitions=4, patients=12):
    dsc = 90 + rng.normal(0, 3, (repetitions, patients))
    frame = pd.DataFrame(dsc).rename_axis("repetition").reset_index()
    return frame.melt("repetition", var_name="patient", value_name="dsc_percent")


def test_box_plots_state_the_range_of_the_medians(ax):
    table = _table(np.random.default_rng(0))
    boxplots(table, ax)
    medians = table.groupby("repetition")["dsc_percent"].median()
    assert f"{medians.min():.2f} to {medians.max():.2f} %" in ax.get_title()
    assert f"{table['dsc_percent'].min():.1f} %" in ax.get_label()
