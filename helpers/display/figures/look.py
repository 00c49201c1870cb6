"""What all figures share: colours, lines and marks that never run out, titles with their text."""

import seaborn as sns

from helpers.learning.arms import ARMS

PALETTE = sns.color_palette("colorblind")
LINES = ("-", "--", ":", "-.", (0, (5, 1, 1, 1)), (0, (1, 3)))
MARKS = ("o", "s", "^", "v", "D")


def each(names, looks):
    """A look for each name, from the first again where there are more: dict of name → look."""
    return {name: looks[place % len(looks)] for place, name in enumerate(dict.fromkeys(names))}


def arm_colours(arms):
    """The colour of each arm, its own of ``ARMS``; of others the next, in order: dict by name."""
    after = 1 + max(arm.colour for arm in ARMS.values())
    places = {name: arm.colour for name, arm in ARMS.items()}
    others = [name for name in dict.fromkeys(arms) if name not in places]
    places |= {name: after + place for place, name in enumerate(others)}
    return {name: PALETTE[places[name] % len(PALETTE)] for name in arms}


def thin(axis, most=25):
    """An ``axis`` of names with every fifth of them where there are more than ``most``."""
    places = axis.get_ticklocs()
    if len(places) > most:
        axis.set_ticks(places[::5])
    return axis


def unable(ax, sentence):
    """An ``ax`` that says in a sentence why there is no figure."""
    ax.set_axis_off()
    if ax.figure.axes == [ax]:
        ax.figure.set_figheight(1)
    ax.text(0.5, 0.5, sentence, ha="center", va="center", wrap=True, transform=ax.transAxes)
    return described(ax, f"No figure: {sentence}")


def titled(ax, title, kind, more=""):
    """An ``ax`` with the finding as its title, and with kind and numbers as its label."""
    ax.set_title(title, fontsize="medium", wrap=True)
    return described(ax, f"{kind} {title}. {more}".replace("\n", "; ").strip())


def described(ax, alt):
    """An ``ax`` with its alternative text."""
    ax.set_label(alt)
    return ax
