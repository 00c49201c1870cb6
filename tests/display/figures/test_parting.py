"""How runs part states its finding, and it is that of the numbers it is given."""

import pandas as pd
import pytest

from helpers.display.figures.parting import dsc_growth, growth, parting


def _distances(factors, steps=20, runs=3):
    return pd.DataFrame(
        {"arm": arm, "run": run, "step": step, "distance": run * 1e-8 * factor**step}
        for arm, factor in factors.items()
        for run in range(runs)
        for step in range(1, steps + 1)
    )


def test_growth_has_each_arms_rate_in_its_title(ax):
    assert growth(_distances({"one_bit": 1.5, "order": 2.0}), ax) is ax
    assert "one_bit ×1.50 a step" in ax.get_title()
    assert "order ×2.00 a step" in ax.get_title()
    assert ax.get_yscale() == "log"
    assert "up to 2.1%" in ax.get_label()


def test_the_range_of_the_fit_is_stated_as_told(ax):
    growth(_distances({"one_bit": 1.5}), ax, 4, 9)
    assert ax.get_title() == "one_bit ×1.50 a step (steps 4 to 9)"


def test_runs_that_do_not_part_are_said_not_to(ax):
    table = _distances({"control": 1.0}).assign(distance=0.0)
    growth(table, ax)
    assert "identical" in ax.get_label()


def test_an_arm_that_parts_at_the_last_step_has_no_rate(ax):
    table = _distances({"order": 1.5}, steps=4)
    table.loc[table["step"] < 4, "distance"] = 0.0
    growth(table, ax)
    assert ax.get_title() == "order no rate"


def test_growth_that_is_no_straight_line_is_said_to_be_off(ax):
    table = _distances({"order": 1.0}, steps=9)
    growth(table.assign(distance=table["run"] * 1e-6 * table["step"] ** 3.0), ax)
    assert ", off by ×1." in ax.get_title()


def test_dsc_moves_by_what_lies_between_a_run_and_the_first(ax):
    steps = _distances({"one_bit": 1.5, "order": 1.5}, steps=10)
    moved = 0.25 * steps["run"] * (1 + (steps["arm"] == "order"))
    table = steps.assign(dsc_percent=(80 - moved).where(steps["step"] % 5 == 0))
    assert dsc_growth(table, ax) is ax
    assert ax.get_title() == "DSC moves by up to 0.5 (one_bit), 1.0 (order)"
    assert [list(line.get_xdata()) for line in ax.lines] == [[5, 10]] * 4
    assert ax.lines[-1].get_ydata() == pytest.approx([1, 1])
    assert "by step" in ax.get_label()


def test_parting_gives_the_distance_at_the_last_step(ax):
    parting(_distances({"one_bit": 1.5, "order": 2.0}, steps=10), ax)
    assert ax.get_title() == "Distance after 10 steps: one_bit 1.2e-06, order 2.0e-05"
    assert ax.get_yscale() == "symlog"


@pytest.mark.parametrize("figure", [parting, growth, dsc_growth])
def test_nine_arms_have_nine_lines(ax, figure):
    arms = [f"arm{number}" for number in range(9)]
    table = _distances({arm: 1.2 + number / 20 for number, arm in enumerate(arms)}, runs=2)
    figure(table.assign(dsc_percent=80 - table["run"] * table["step"] / 9), ax)
    texts = [text.get_text() for text in ax.get_legend().get_texts()]
    assert texts == arms and all(arm in ax.get_title() for arm in arms)
    looks = {(n.get_color(), n.get_linestyle()) for n in ax.lines if len(n.get_xdata())}
    assert len(looks) >= 9
