"""Figures of probes and switches say which part, and what a switch costs."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from helpers.display import probes


@pytest.fixture
def axes():
    figure, axes = plt.subplots(1, 2, sharey=True)
    yield axes
    plt.close(figure)


def _table(framework, loaded, counts):
    rows = [
        {"framework": framework, "loaded": loaded, "probe": p, "runs": 20, "distinct": d}
        for p, d in counts
    ]
    return pd.DataFrame(rows)


def test_the_table_counts_the_kinds_that_part_and_names_them(axes):
    one = _table("tensorflow", False, [("sum", 1), ("sum", 3), ("pooling", 1), ("fused", 1)])
    other = _table("torch", True, [("sum", 1), ("pooling", 1), ("fused", None)])
    assert probes.distinct_results(pd.concat([one, other]), axes[0]) is axes[0]
    assert axes[0].get_title() == "1 of 3 kinds of probe part in 20 runs"
    assert "sum: tensorflow 3" in axes[0].get_label()
    texts = [t.get_text() for t in axes[0].texts]
    assert sorted(texts) == ["1", "1", "1", "1", "3", "not there"]
    assert [t.get_text() for t in axes[0].get_xticklabels()] == ["tensorflow", "torch\nbusy"]


def test_probes_that_all_repeat_are_said_to(axes):
    probes.distinct_results(_table("jax", False, [("sum", 1)]), axes[0])
    assert "0 of 1" in axes[0].get_title()
    assert "All repeat themselves" in axes[0].get_label()


def test_switches_stand_beside_their_cost(axes):
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
    assert probes.switches(found, axes) is axes
    assert axes[0].get_title() == "One digest: 2 of 3 settings"
    assert "the reference's digest: inter-op 1" in axes[0].get_label()
    assert "inter-op 1 ×1.15, oneDNN off ×1.60" in axes[1].get_label()
    assert "a GPU only" in [t.get_text() for t in axes[0].texts]
    assert [b.get_width() for b in axes[0].patches] == [5, 1, 1, 0]
