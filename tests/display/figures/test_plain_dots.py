"""Dots for a stranger: a row a way of repeating with its SD, the widest named."""

from helpers.display.figures.plain_dots import plain_dots
from helpers.statistics.both_estimates import RECOMBINED, RUNS

SAME = {"medians": [90, 90], "rests_on": RUNS, "run_sd": 0.0}
COLOURS = {"Every switch on": "C0", "Other, seeds": "C1", "One": "C2"}
APART = {"medians": [91, 89.5], "rests_on": RECOMBINED, "recombined": {"run_sd": 0.7}}


def test_each_way_has_its_dots_and_the_title_names_the_widest(ax):
    plain_dots({"Every switch on": SAME, "Other, seeds": APART}, COLOURS, ax)
    assert [list(line.get_xdata()) for line in ax.lines] == [[90, 90], [89.5, 91]]
    assert ax.get_title() == ("Furthest from their mean, typically by ± 0.70 points: other, seeds")
    assert [t.get_text() for t in ax.texts] == ["± 0.00", "± 0.70"]
    assert "Every switch on: ± 0.00 points" in ax.get_label()
    assert [t.get_text() for t in ax.get_yticklabels()] == ["Every switch on", "Other,\nseeds"]


def test_repetitions_that_are_all_alike_or_only_one_do_not_scatter(ax):
    plain_dots(
        {"Every switch on": SAME, "One": SAME | {"medians": [90], "run_sd": None}}, COLOURS, ax
    )
    assert ax.get_title() == "Nothing is seen to scatter"
    assert [t.get_text() for t in ax.texts] == ["± 0.00", "–"]
