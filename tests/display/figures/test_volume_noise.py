"""A patient's volume over trainings beside a year of health and a year of disease."""

import numpy as np
import pandas as pd
import pytest

from helpers.display import pictures
from helpers.display.figures.look import PALETTE
from helpers.display.figures.volume_noise import volume_noise
from helpers.statistics import volumes
from tests.display.example_volumes import table


def _found(**options):
    return volumes.volume_noise(table(**options), 1)


def _dots(ax, mark="o"):
    return [line for line in ax.lines if line.get_marker() == mark and len(line.get_xdata())]


def test_every_patients_rc_is_a_dot_in_its_arms_colour(ax):
    found = _found()
    volume_noise(found, ax)
    order, seeds = _dots(ax)
    for dots, arm in ((order, "order"), (seeds, "seeds")):
        rcs = 2.771808 * found[arm].patients["sd_percent"]
        assert sorted(dots.get_xdata()) == pytest.approx(sorted(rcs))
    assert (order.get_color(), seeds.get_color()) == (PALETTE[3], PALETTE[1])
    assert [text.get_text() for text in ax.get_yticklabels()] == ["control", "order", "seeds"]


def test_the_title_counts_who_is_above_a_year_and_the_label_has_the_sentences(ax):
    found = _found()
    volume_noise(found, ax)
    for name, percent in (("healthy ageing", 1.41), ("Alzheimer's disease", 4.66)):
        counts = [
            f"{arm} {(found[arm].patients['rc_percent'] > percent).sum()} of 12"
            for arm in ("order", "seeds")
        ]
        assert f"above a year of {name}: {', '.join(counts)}" in ax.get_title()
    assert all(f"{arm}: {found[arm]}" in ax.get_label() for arm in found)


def test_the_median_has_its_interval_and_the_worst_its_name(ax):
    found = _found()
    volume_noise(found, ax)
    medians = [line.get_xdata()[0] for line in _dots(ax, "D")]
    assert medians == pytest.approx([found["order"].rc, found["seeds"].rc])
    bars = [list(line.get_xdata()) for line in ax.lines if len(line.get_xdata()) == 2]
    assert pytest.approx(2.771808 * np.array(found["order"].sd_ci)) in [np.array(b) for b in bars]
    said = {text.get_text() for text in ax.texts}
    assert said == {found["order"].worst.name, found["seeds"].worst.name, "identical: 0"}


def test_a_year_of_health_and_a_year_of_disease_are_bands_for_a_hippocampus_only(ax):
    volume_noise(_found(), ax)
    bands = [(p.get_x(), p.get_x() + p.get_width()) for p in ax.patches]
    assert bands == [pytest.approx((0.52, 2.3)), pytest.approx((3.92, 5.4))]
    words = [text.get_text() for text in ax.get_legend().get_texts()]
    assert words[0] == "a year of healthy ageing: 1.41 % (0.52 to 2.30)"
    ax.clear()
    volume_noise(_found(), ax, losses=())
    assert not ax.patches and "a year" not in ax.get_title() + ax.get_label()


def test_a_patient_never_drawn_is_an_arrow_at_the_edge(ax):
    drawn = table()
    drawn.loc[(drawn["arm"] == "seeds") & (drawn["patient"] == "P04"), "volume_ml"] = 0
    volume_noise(volumes.volume_noise(drawn, 1), ax)
    [arrow] = _dots(ax, ">")
    assert list(arrow.get_xdata()) == pytest.approx([ax.get_xlim()[1] / 1.03])
    assert "P04" in {text.get_text() for text in ax.texts}
    assert pictures.picture(ax).png


@pytest.mark.parametrize("found", [{}, _found(sds={"control": 0}), _found(runs=1)])
def test_without_scatter_there_is_a_sentence_in_place_of_a_figure(ax, found):
    assert volume_noise(found, ax) is ax
    assert ax.get_label().startswith("No figure: ")


def test_two_trainings_of_four_patients_are_enough(ax):
    few = table(sds={"order": 1.0}, runs=2)
    few = few[few["patient"] < "P04"]
    volume_noise(volumes.volume_noise(few, 1), ax)
    assert "order" in ax.get_title() and "no interval" in ax.get_label()
    assert pd.notna(_dots(ax, "D")[0].get_xdata()).all()
