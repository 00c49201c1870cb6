"""A reader's guess beside what was found."""

import math
from numbers import Real

from helpers.display.figures.look import PALETTE, described, titled
from helpers.errors import InputError

COLOUR = PALETTE[4]


def marked(ax, guess, along="x"):
    """An ``ax`` with a guess as a dashed line across it; as it was where there is none.

    guess  : number on the axis ``along`` ("x" or "y"), or None
    raises : InputError where it is something else
    """
    if not _there(guess):
        return ax
    low, high = getattr(ax, f"get_{along}lim")()
    text = f"your guess, {guess:g}"
    if low - (high - low) <= guess <= high + (high - low):
        _across(ax, guess, along, f"{text} ")
    else:
        _at_the_edge(ax, f"{text}, is off the axis")
    return described(ax, f"{ax.get_label()} {text[0].upper()}{text[1:]}.")


def beside(guess, found, ax, what):
    """A guess and what was found as two bars, or one where there is no guess.

    guess : number or None; found : number; what : both are numbers of, with the unit
    """
    bars = {"your guess": guess} if _there(guess) else {}
    bars["found"] = float(found)
    for name, value in bars.items():
        ax.barh(name, value, color=COLOUR if name == "your guess" else PALETTE[0])
        ax.annotate(f" {value:.4g}", (value, name), va="center")
    ax.invert_yaxis()
    ax.margins(x=0.25)
    if min(bars.values()) >= 0:
        ax.set_xlim(left=0, right=None if max(bars.values()) else 1)
    ax.set_xlabel(what)
    title = ", ".join(f"{name} {value:.4g}" for name, value in bars.items())
    return titled(ax, title[0].upper() + title[1:], f"Bars of {what}.")


def _there(guess):
    if guess is None or guess is ...:
        return False
    if isinstance(guess, bool) or not isinstance(guess, Real) or not math.isfinite(guess):
        raise InputError(
            f"Your guess is {str(guess)[:30]!r}: write a number, or None for no guess."
        )
    return True


def _across(ax, guess, along, text):
    look = {"ha": "right", "color": COLOUR, "fontsize": "small"}
    if along == "x":
        ax.axvline(guess, color=COLOUR, ls="--")
        where = ax.get_xaxis_transform()
        ax.text(guess, 0.97, text, rotation=90, va="top", transform=where, **look)
    else:
        ax.axhline(guess, color=COLOUR, ls="--")
        ax.text(0.99, guess, text, va="bottom", transform=ax.get_yaxis_transform(), **look)


def _at_the_edge(ax, text):
    place = {"ha": "right", "va": "top", "transform": ax.transAxes}
    ax.text(0.99, 0.98, text, color=COLOUR, **place)
