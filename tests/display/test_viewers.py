"""What a notebook shows: pictures, code, and widgets that redraw."""

import re

import matplotlib.pyplot as plt
import numpy as np

from helpers.display import viewers
from helpers.display.figures.learning_curve import learning_curve
from helpers.imaging.volumes import Volume


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
    page = viewers.decision_viewer(sd=0.4)._repr_mimebundle_()["text/html"]
    assert re.match(r'<img alt="[^"]{30,}" src="data:image/png', page) and "sliders" in page


def test_the_sliders_of_a_decision_redraw_their_picture():
    *sliders, picture = viewers.decision_viewer().children
    for slider, value in zip(sliders, (0.4, 1.0, 3, 20), strict=True):
        before = bytes(picture.value)
        slider.value = value
        assert bytes(picture.value).startswith(b"\x89PNG") and picture.value != before
    assert not plt.get_fignums()
