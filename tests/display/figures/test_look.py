"""Every arm has its colour, the same everywhere, and looks never run out."""

import itertools

from helpers.display.figures.look import LINES, PALETTE, arm_colours, each
from helpers.learning.arms import ARMS


def test_every_arm_has_a_colour_of_its_own_and_it_is_the_one_it_says():
    colours = arm_colours(ARMS)
    assert len(set(colours.values())) == len(ARMS)
    for name, arm in ARMS.items():
        assert colours[name] == PALETTE[arm.colour] == arm_colours([name, "other"])[name]


def test_arms_that_are_not_known_get_the_next_colours_in_their_order():
    colours = arm_colours(["mine", "seeds", "yours"])
    assert colours["mine"] == PALETTE[len(ARMS)] and colours["yours"] == PALETTE[len(ARMS) + 1]


def test_looks_begin_again_and_drop_nobody():
    arms = [f"arm{number}" for number in range(23)]
    assert list(arm_colours(arms)) == list(each(arms, LINES)) == arms
    for one, other in itertools.pairwise(arms):
        assert each(arms, LINES)[one] != each(arms, LINES)[other]
