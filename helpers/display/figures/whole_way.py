"""The whole experiment in one picture: from a scanner's files to a score, and then once more."""

import itertools

from matplotlib.patches import Rectangle

from helpers.display.figures.look import PALETTE, described

STATIONS = (  # what is there, and the notebook that makes it
    ("files of\na scanner", "01"),
    ("a volume", "01"),
    ("slices and\na mask", "02"),
    ("a trained\nnetwork", "03"),
    ("a score,\nthe DSC", "03"),
)
AGAIN = "the same training again: the same score? (04, 05, 06, 07)"
_WIDE, _APART = 0.8, 1.15


def whole_way(ax):
    """Boxes with arrows, and an arrow from the score back to the training."""
    places = [number * _APART for number in range(len(STATIONS))]
    for place, (name, notebook) in zip(places, STATIONS, strict=True):
        _box(ax, place, name, notebook)
    for before, after in itertools.pairwise(places):
        _arrow(ax, (before + _WIDE, 0.5), (after, 0.5))
    middle = [place + _WIDE / 2 for place in places[-2:]]
    _arrow(ax, (middle[1], 0), (middle[0], 0), "arc3,rad=-0.6", PALETTE[3])
    ax.text(places[-1] + _WIDE, -0.75, AGAIN, ha="right", va="top", color=PALETTE[3])
    ax.set(xlim=(-0.05, places[-1] + _WIDE + 0.05), ylim=(-1.1, 1.1))
    ax.set_axis_off()
    names = " → ".join(name.replace("\n", " ") for name, _ in STATIONS)
    return described(ax, f"Boxes with arrows: {names}. Back from the last: {AGAIN}.")


def _box(ax, place, name, notebook):
    look = {"facecolor": "0.95", "edgecolor": "0.4"}
    ax.add_patch(Rectangle((place, 0), _WIDE, 1, **look))
    ax.text(place + _WIDE / 2, 0.55, name, ha="center", va="center", fontsize="small")
    ax.text(place + _WIDE / 2, 0.08, notebook, ha="center", fontsize="x-small", color="0.3")


def _arrow(ax, start, end, bend="arc3", colour="0.4"):
    look = {"arrowstyle": "->", "color": colour, "connectionstyle": bend, "lw": 1.5}
    ax.annotate("", end, start, arrowprops=look)
