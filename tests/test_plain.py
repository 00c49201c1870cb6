"""A little scatter is never told as none."""

import pytest

from helpers.plain import decimals


@pytest.mark.parametrize(
    ("value", "digits", "told"),
    [
        (0.0, 3, "0.000"),
        (0.0004, 3, "0.0004"),
        (0.0006, 3, "0.001"),
        (3.17e-7, 2, "3.2e-07"),
        (-0.001, 2, "-0.001"),
        (0.2338, 2, "0.23"),
        (float("inf"), 2, "inf"),
        (None, 2, "–"),
    ],
)
def test_what_is_not_0_is_never_told_as_0(value, digits, told):
    assert decimals(value, digits) == told


def test_the_first_table_tells_runs_that_hardly_differ_from_runs_that_do_not():
    import pandas as pd

    from helpers.display.report.tables import overview
    from helpers.statistics import summary
    from helpers.statistics.runs import by_arm

    rows = [
        {"arm": arm, "repetition": r, "fold": 0, "patient": f"P{p}", "dsc_percent": 80 + p + r * by}
        for arm, by in (("default", 1e-4), ("control", 0.0))
        for r in range(5)
        for p in range(3)
    ]
    shown = overview(summary.summarise(by_arm(pd.DataFrame(rows)))).set_index("arm")
    assert shown["SD of run medians (points)"].to_dict() == {
        "default": "0.00016",
        "control": "0.000",
    }
