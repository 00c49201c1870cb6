"""Names that somebody else has chosen, in Markdown and in a table for a spreadsheet."""

import re

from helpers.plain import plain

_MARKS = re.compile(
    r"[\\`*\[\]<>&|~$]|(?<![^\W_])_|_(?![^\W_])"  # an underscore within a word is none
    r"|(?<=http):|(?<=https):|(?<=www)\.",
    re.IGNORECASE,
)
_FIRST = re.compile(r"^(\d*)(?=(?:[.)]|#{1,6}|[+-])(?:\s|$)|[=-]+$)")  # a list, a heading
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def markdown(text):
    """A text that reads in Markdown as it is: no HTML, no mark of it has a meaning."""
    return _FIRST.sub(r"\1\\", _MARKS.sub(r"\\\g<0>", plain(text).strip()))


def cell(value):
    """A value of a table that a spreadsheet takes for no formula: a text gets a ' before it."""
    if not isinstance(value, str):
        return value
    return f"'{plain(value)}" if value.startswith(_FORMULA) else plain(value)
