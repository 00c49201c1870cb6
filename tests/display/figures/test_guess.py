"""A guess stands beside what was found, and nothing stands where there is none."""

import pytest

from helpers.display.figures import guess
from helpers.display.figures.look import described
from helpers.errors import InputError


@pytest.mark.parametrize(("along", "drawn"), [("x", [3, 3]), ("y", [0, 1])])
def test_a_guess_is_a_line_at_its_number_and_the_text_says_it(ax, along, drawn):
    described(ax.plot([0, 10], [0, 10])[0].axes, "A line.")
    assert guess.marked(ax, 3, along) is ax
    assert list(ax.lines[1].get_xdata()) == drawn
    assert ax.get_label() == "A line. Your guess, 3."
    assert [text.get_text().strip() for text in ax.texts] == ["your guess, 3"]


def test_without_a_guess_the_picture_is_as_it_was(ax):
    described(ax.plot([0, 10], [0, 10])[0].axes, "A line.")
    for none in (None, ...):
        guess.marked(ax, none)
    assert len(ax.lines) == 1 and ax.get_label() == "A line." and not ax.texts


def test_a_guess_far_away_does_not_squeeze_the_picture(ax):
    ax.plot([0, 10], [0, 10])
    before = ax.get_xlim()
    guess.marked(ax, 5000)
    assert ax.get_xlim() == before and len(ax.lines) == 1
    assert ax.texts[0].get_text() == "your guess, 5000, is off the axis"


def test_a_guess_and_what_was_found_are_two_bars(ax):
    guess.beside(5, 2, ax, "different results")
    assert [bar.get_width() for bar in ax.patches] == [5, 2]
    assert ax.get_title() == "Your guess 5, found 2"
    assert ax.get_label() == "Bars of different results. Your guess 5, found 2."


def test_where_nobody_guessed_there_is_one_bar(ax):
    guess.beside(None, 2, ax, "different results")
    assert [bar.get_width() for bar in ax.patches] == [2] and ax.get_title() == "Found 2"


@pytest.mark.parametrize("wrong", ["three", True, float("nan"), [3]])
def test_what_is_no_number_is_refused_in_a_sentence(ax, wrong):
    for draw in (lambda: guess.marked(ax, wrong), lambda: guess.beside(wrong, 2, ax, "x")):
        with pytest.raises(InputError, match=r"write a number, or None for no guess"):
            draw()
