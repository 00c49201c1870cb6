"""Names that somebody else has chosen, and numbers, made fit to be shown."""

import contextlib
import unicodedata

_HIDDEN = ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")  # control, bidi and other unseen characters, lines


def plain(text):
    """A text on one line that only shows: what a terminal would obey is written out, as ``\\x1b``.

    Bytes of UTF-8 that the system's locale could not read are read.
    """
    text = str(text)
    with contextlib.suppress(UnicodeError):
        text = text.encode("utf-8", "surrogateescape").decode("utf-8")
    return "".join(repr(c)[1:-1] if unicodedata.category(c) in _HIDDEN else c for c in text)


def decimals(value, digits=3):
    """A number to so many decimals, or to two figures where these would tell a little as nothing.

    value : a float; "–" for None
    """
    if value is None:
        return "–"
    told = f"{value:.{digits}f}"
    return told if float(told) or not value else f"{value:.2g}"
