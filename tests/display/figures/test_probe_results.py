"""Results of probes say which operations part."""

import pandas as pd

from helpers.display.figures.probe_results import distinct_results


def _table(framework, loaded, counts):
    rows = [
        {"framework": framework, "loaded": loaded, "probe": p, "runs": 20, "distinct": d}
        for p, d in counts
    ]
    return pd.DataFrame(rows)


def test_the_table_counts_the_kinds_that_part_and_names_them(ax):
    one = _table("tensorflow", False, [("sum", 1), ("sum", 3), ("pooling", 1), ("fused", 1)])
    other = _table("torch", True, [("sum", 1), ("pooling", 1), ("fused", None)])
    assert distinct_results(pd.concat([one, other]), ax) is ax
    assert ax.get_title() == "1 of 3 kinds of probe part in 20 runs"
    assert "sum: tensorflow 3" in ax.get_label()
    texts = [t.get_text() for t in ax.texts]
    assert sorted(texts) == ["1", "1", "1", "1", "3", "not there"]
    assert [t.get_text() for t in ax.get_xticklabels()] == ["tensorflow", "torch\nbusy"]


def test_probes_that_all_repeat_are_said_to(ax):
    distinct_results(_table("jax", False, [("sum", 1)]), ax)
    assert "0 of 1" in ax.get_title()
    assert "All repeat themselves" in ax.get_label()
