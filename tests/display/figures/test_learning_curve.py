"""The learning curve says where the loss begins and ends."""

from helpers.display.figures.learning_curve import learning_curve


def test_the_curve_says_where_the_loss_begins_and_ends(ax):
    assert learning_curve([0.9, 0.5, 0.25], ax) is ax
    assert ax.get_title() == "The loss falls from 0.90 to 0.25" and "3 epochs" in ax.get_label()
    assert list(ax.lines[0].get_xdata()) == [1, 2, 3]
