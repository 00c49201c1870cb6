"""What a notebook shows: pictures, code, and widgets that redraw."""

import re

import matplotlib.pyplot as plt
import numpy as np
import pytest
from IPython.core.formatters import DisplayFormatter

from helpers.display import viewers
from helpers.display.figures.learning_curve import learning_curve
from helpers.errors import InputError
from helpers.imaging.volumes import Volume
from helpers.study.ledger import Ledger
from helpers.study.missing_cells import Cell
from tests.study.test_export import PRINTS, record
from tests.study.test_kept_masks import with_masks


def test_an_ax_is_shown_as_a_picture_with_its_alternative_text():
    _, ax = plt.subplots()
    ax.set_label("a finding")
    assert viewers.shown(ax).data.startswith('<img alt="a finding" src="data:image/png')
    assert not plt.get_fignums()


def test_show_source_shows_the_code_itself():
    shown = viewers.show_source(learning_curve).data
    assert "learning_curve" in shown and "monospace" in shown


def test_the_viewer_redraws_when_a_slider_moves():
    data = np.random.default_rng(0).uniform(0, 9, (8, 8, 3, 2)).astype("float32")
    viewer = viewers.volume_viewer(Volume(data, np.eye(4), np.array([0.0, 60]), "", ""))
    (z, _), picture = viewer.children[0].children, viewer.children[1]
    before = bytes(picture.value)
    z.value = 0
    assert bytes(picture.value).startswith(b"\x89PNG") and picture.value != before


def test_the_sliders_redraw_the_picture():
    viewer = viewers.rules_viewer(patients=12, repetitions=3)
    *sliders, picture = viewer.children
    assert [s.description for s in sliders] == [
        "patients",
        "repetitions",
        "shift, points",
        "margin, points",
    ]
    for slider, value in zip(sliders, (20, 4, 1.0, 1.5), strict=True):
        before = bytes(picture.value)
        slider.value = value
        assert bytes(picture.value).startswith(b"\x89PNG") and picture.value != before
    assert not plt.get_fignums()


def test_where_no_kernel_is_the_picture_of_the_sliders_stands_with_its_text():
    viewer = viewers.decision_viewer(sd=0.4)
    shown, _ = DisplayFormatter().format(viewer)
    assert shown["application/vnd.jupyter.widget-view+json"]["model_id"] == viewer.model_id
    page = shown["text/html"]
    assert re.match(r'<img alt="[^"]{30,}" src="data:image/png', page) and "sliders" in page


def test_the_sliders_of_a_decision_redraw_their_picture():
    *sliders, picture = viewers.decision_viewer().children
    for slider, value in zip(sliders, (0.4, 1.0, 3, 20), strict=True):
        before = bytes(picture.value)
        slider.value = value
        assert bytes(picture.value).startswith(b"\x89PNG") and picture.value != before
    assert not plt.get_fignums()


def test_two_runs_and_a_slice_are_chosen_and_where_no_kernel_is_a_picture_stands(tmp_path):
    ledger = Ledger(tmp_path)
    ledger.open(PRINTS)
    for repetition in range(3):
        ledger.write(*with_masks(Cell("order", repetition, 0))[:2])
    viewer = viewers.disagreement_viewer(ledger, "order")
    sliders, picture = viewer.children[0].children, viewer.children[1]
    assert [s.value for s in sliders[:2]] == [0, 1]
    for slider, value in zip(sliders, (2, 2, int(not sliders[2].value)), strict=True):
        before = bytes(picture.value)
        slider.value = value
        assert bytes(picture.value).startswith(b"\x89PNG") and picture.value != before
    assert "run 2 and run 2 differ; in 0 of" in picture.alt and "3 runs dispute" in picture.alt
    page = viewer._repr_mimebundle_()["text/html"]
    assert re.match(r'<img alt="[^"]{30,}" src="data:image/png', page)
    assert not plt.get_fignums()


def test_a_study_that_kept_no_masks_has_no_viewer_of_them(tmp_path):
    ledger = Ledger(tmp_path)
    ledger.write(record(Cell("order", 0, 0)))
    with pytest.raises(InputError, match="--keep-masks"):
        viewers.disagreement_viewer(ledger, "order")
