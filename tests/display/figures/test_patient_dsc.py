"""Dots of held-out patients, the lowest first, beside their ceilings."""

from helpers.display.figures.patient_dsc import patient_dots


def test_patients_stand_from_the_lowest_to_the_highest_beside_their_ceilings(ax):
    patient_dots({"a": 90.0, "b": 80.0}, {"a": 99.0, "b": 98.0}, ax)
    assert ax.get_title() == "Held-out patients: 80.0 to 90.0 %"
    assert [list(line.get_xdata()) for line in ax.lines] == [[80, 90], [98, 99]]
