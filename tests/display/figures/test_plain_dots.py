"""Dots for a stranger: a row a way of repeating, the widest named."""

from helpers.display.figures.plain_dots import plain_dots


def test_each_way_has_its_dots_and_the_title_names_the_widest(ax):
    found = {"Every switch on": {"medians": [90, 90]}, "Other, seeds": {"medians": [91, 89.5]}}
    plain_dots(found, ax)
    assert [list(line.get_xdata()) for line in ax.lines] == [[90, 90], [89.5, 91]]
    assert ax.get_title() == "Furthest apart: 1.50 points (other, seeds)"
    assert "Every switch on: 0.00 points apart" in ax.get_label()
    assert [t.get_text() for t in ax.get_yticklabels()] == ["Every switch on", "Other,\nseeds"]
