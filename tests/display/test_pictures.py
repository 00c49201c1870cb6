"""A picture holds its bytes and its alternative text."""

import re

import matplotlib.pyplot as plt

from helpers.display import pictures


def test_a_picture_carries_its_alternative_text_escaped():
    _, ax = plt.subplots()
    ax.set_label('a "quoted" finding < 1 %')
    page = pictures.picture(ax).tag
    assert re.search(r'<img alt="a &quot;quoted&quot; finding &lt; 1 %" src="data:image/png', page)
    assert not plt.get_fignums()


def test_the_same_figure_gives_the_same_bytes():
    first, second = (pictures.draw(lambda ax: ax).png for _ in range(2))
    assert first == second and first.startswith(b"\x89PNG")


def test_plots_side_by_side_have_both_texts():
    def _say(text):
        return lambda ax: ax.set_label(text) or ax

    assert pictures.draw(_say("One."), _say("Two.")).alt == "One. Two."
    assert not plt.get_fignums()
