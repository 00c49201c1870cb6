"""The power of a rule is read off where it reaches 80 %."""

import pandas as pd

from helpers.display.figures.power import power


def test_power_is_read_off_where_a_rule_reaches_80_percent(ax):
    shifts = [0.0, 1.0, 2.0]
    rows = [("t", "two runs", "fold", s, r) for s, r in zip(shifts, (0.05, 0.6, 1.0), strict=True)]
    rows += [("Wilcoxon", "two runs", "patient", s, 0.1) for s in shifts]
    found = pd.DataFrame(rows, columns=["rule", "compares", "unit", "shift", "rate"])
    power(found, ax)
    assert "t · fold at 1.50 points" in ax.get_label()
    assert "Wilcoxon · patient at no shift shown" in ax.get_label()
    assert ax.get_title().startswith("Simulated")
    power(found, ax, of="Trainings of order")
    assert ax.get_title().startswith("Trainings of order, 80 % power")


def test_nine_rules_have_nine_lines(ax):
    rows = [
        (f"rule{n}", "two runs", "fold", shift, 0.1 * n * shift)
        for n in range(9)
        for shift in (0, 1)
    ]
    power(pd.DataFrame(rows, columns=["rule", "compares", "unit", "shift", "rate"]), ax)
    lines = [n for n in ax.lines if n.get_label().startswith("rule")]
    assert len({(n.get_color(), n.get_marker()) for n in lines}) == len(lines) == 9
