"""Numbers and digests in few characters: base 36, small letters only, which no chat changes."""

import hashlib

from helpers.errors import InputError

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def written(number, width):
    """A whole number from 0 in ``width`` digits of base 36.

    raises : InputError when it needs more, or is below 0
    """
    if not 0 <= number < 36**width:
        raise InputError(f"{number} has no {width} digits of base 36: give one from 0.")
    found = ""
    for _ in range(width):
        number, digit = divmod(number, 36)
        found = DIGITS[digit] + found
    return found


def read(text):
    """The number that `written` wrote."""
    return int(text, 36)


def digest(text, width=8):
    """The SHA-256 of a text, cut to ``width`` digits of base 36: equal by chance in 1 of 36^width.

    At 8 digits that is 1 in 2.8·10¹²; among 1,000 machines two agree by chance in 1 of 5 million
    rooms.
    """
    return written(int(hashlib.sha256(text.encode()).hexdigest(), 16) % 36**width, width)
