"""The section on volumes: there where they are recorded, beside a year's loss where it belongs."""

import pytest

from helpers.display import report
from helpers.display.report import sections, volumes
from helpers.imaging import hippocampus
from helpers.statistics import volumes as statistics
from tests.display.example_volumes import table

HIPPOCAMPUS = {"protocol": {"cohort": "hippocampus"}}


def _shipped():
    """The simulated volumes, as if of patients that ship."""
    drawn = table()
    names = dict(zip(drawn["patient"].unique(), hippocampus.patients(), strict=False))
    return drawn.replace({"patient": names})


def _blocks(prints, kind, drawn=None):
    [section] = volumes.sections(table() if drawn is None else drawn, prints)
    return [block.content for block in section.blocks if type(block).__name__ == kind]


def test_a_table_without_volumes_has_no_section():
    assert volumes.sections(table().drop(columns="volume_ml"), HIPPOCAMPUS) == []


def test_the_rows_are_what_the_statistics_say():
    found = statistics.volume_noise(table(), 1)
    rows = volumes.rows(found).set_index("arm")
    assert rows["SD, median patient (%)"]["control"] == "identical: 0"
    order = found["order"]
    low, high = order.sd_ci
    said = f"{order.sd:.2f} ({low:.2f} to {high:.2f})"
    assert rows["SD, median patient (%)"]["order"] == said
    assert rows["least repeatable patient"]["order"] == order.worst.name
    said = f"{order.worst.rc_percent:.1f} (upper bound {order.worst.rc_upper:.1f})"
    assert rows["its RC (%)"]["order"] == said
    assert rows["RC above a year of healthy ageing"]["order"] == order.above(1.41)


def test_a_patient_never_drawn_and_an_arm_of_one_training_have_no_number():
    drawn = table()
    drawn.loc[(drawn["arm"] == "seeds") & (drawn["patient"] == "P04"), "volume_ml"] = 0
    drawn = drawn[(drawn["arm"] != "order") | (drawn["repetition"] == 0)]
    rows = volumes.rows(statistics.volume_noise(drawn, 1)).set_index("arm")
    assert list(rows.loc["seeds"].iloc[4:7]) == ["P04", "no limit", "no limit"]
    assert list(rows.loc["order"].iloc[2:7]) == ["–"] * 5


@pytest.mark.parametrize(
    ("cohort", "shipped", "yearly"),
    [("hippocampus", True, True), ("hippocampus", False, False), ("phantom", True, False)],
)
def test_a_years_loss_stands_beside_the_hippocampi_that_ship_only(cohort, shipped, yearly):
    """A protocol that was made like theirs, for livers, keeps the cohort's name."""
    prints, drawn = {"protocol": {"cohort": cohort}}, _shipped() if shipped else table()
    texts = [*_blocks(prints, "Note", drawn), *_blocks(prints, "Bullets", drawn)[0]]
    [rows], [pictures] = _blocks(prints, "Table", drawn), _blocks(prints, "Pictures", drawn)
    assert any("Barnes" in text and "0.52 to 2.30" in text for text in texts) == yearly
    assert any("above a year of" in column for column in rows) == yearly
    assert ("a year of" in pictures["volumes"].alt) == yearly


def test_what_the_rc_means_and_what_it_does_not_is_said():
    text = " ".join(_blocks({}, "Note"))
    assert "The same scan" in text and "a network that was trained twice" in text
    assert "noise of a second scan and true change are not in it" in text
    assert "keeps one trained network" in text


def test_both_forms_of_the_report_have_the_section(tmp_path):
    table().to_csv(tmp_path / "study.csv", index=False)
    made = report.contents(tmp_path / "study.csv")
    assert made["volumes.png"]
    for name in ("index.html", "summary.md"):
        text = made[name].decode()
        assert volumes.TITLE in text and "least repeatable patient" in text
    table().drop(columns="volume_ml").to_csv(tmp_path / "other.csv", index=False)
    made = report.contents(tmp_path / "other.csv")
    assert "volumes.png" not in made and volumes.TITLE not in made["index.html"].decode()


def test_the_published_breast_is_a_yardstick_for_breasts_only(monkeypatch):
    seen = []
    monkeypatch.setattr(
        "helpers.display.report.chosen_figures.of_all", lambda *given: seen.append(given[-1]) or {}
    )
    phantoms = table().assign(patient=lambda t: "PHANTOM_" + t["patient"])
    for drawn, prints in ((phantoms, {}), (table(), {}), (_shipped(), HIPPOCAMPUS)):
        sections.of_study(drawn, 0.5, "made up", prints, [])
    assert seen == [pytest.approx(95.99, abs=0.2), None, None]
