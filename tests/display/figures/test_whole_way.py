"""The picture of the whole names every station and the way back."""

from helpers.display.figures.whole_way import STATIONS, whole_way


def test_every_station_has_a_box_and_the_last_leads_back(ax):
    assert whole_way(ax) is ax
    written = [text.get_text() for text in ax.texts]
    assert all(name in written and notebook in written for name, notebook in STATIONS)
    assert len(ax.patches) == len(STATIONS)
    assert "the same training again" in ax.get_label()
