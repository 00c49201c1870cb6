"""A protocol by its name, or of one's own: a TOML file that says which it is like.

like = "study"
size = 128
spacing = 1.0
"""

import contextlib
import dataclasses
import difflib
import os
import re
import tomllib
from pathlib import Path

from helpers.errors import InputError
from helpers.protocol import PROTOCOLS, Protocol

CHOICE = "TRAIN_AGAIN_PROTOCOL"
_NAME = r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}"  # what any file system takes
_KINDS = {
    str: "a text in quotes",
    int: "a whole number",
    float: "a number",
    tuple[int, ...]: "a list of whole numbers, such as [0, 1]",
}
FIELDS = {f.name: f.type for f in dataclasses.fields(Protocol) if f.name != "own"}


def choose(name):
    """The protocol of a notebook, as `named`; the variable TRAIN_AGAIN_PROTOCOL goes first."""
    return named(os.environ.get(CHOICE, name))


def named(name):
    """The protocol called ``name``; what ends in ``.toml`` is a file of one's own, see `read`."""
    name = str(name)
    if name.lower().endswith(".toml"):
        return read(name)
    name = name.lower()
    if name not in PROTOCOLS:
        raise InputError(
            f"There is no protocol {name!r}: choose one of {', '.join(PROTOCOLS)}, or a "
            "file of your own, such as my.toml."
        )
    return PROTOCOLS[name]


def read(path):
    """The Protocol in a TOML file; its name is the file's where it gives none.

    raises : InputError naming the file and the field: one that no protocol has (with the nearest
             that there is), a value of another type, numbers that no experiment can have
    """
    given = _parsed(path)
    like = given.pop("like", None)
    if not isinstance(like, str) or like not in PROTOCOLS:
        raise InputError(
            f"{path}: like is {repr(like)[:60]}: name the protocol that yours is like, in quotes, "
            f"one of {', '.join(PROTOCOLS)}."
        )
    values = {name: _checked(path, name, value) for name, value in given.items()}
    values["name"] = checked_name(path, values.get("name", Path(path).stem))
    try:
        return dataclasses.replace(PROTOCOLS[like], **values, own=tuple(sorted(values)))
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


def checked_name(path, name):
    """The name of a protocol of one's own, as it is; ``path`` names its file in messages.

    raises : InputError when it can be no file's name, or is that of a protocol that ships
    """
    if not re.fullmatch(_NAME, name):
        raise InputError(
            f"{path}: name is {name!r}: use up to 40 letters, digits, - and _, and a letter or a "
            "digit first."
        )
    if name.lower() in PROTOCOLS:
        raise InputError(f"{path}: name is {name!r}, a protocol that ships: use another.")
    return name


def _parsed(path):
    try:
        return tomllib.loads(Path(path).read_bytes().decode())
    except OSError as error:
        reason = error.strerror or error
        raise InputError(f"{path} cannot be read ({reason}): name a protocol's file.") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} is no TOML ({error}): write lines such as size = 128.") from error


def _checked(path, name, value):
    if name not in FIELDS:
        [nearest] = difflib.get_close_matches(name, [*FIELDS, "like"], 1, 0)
        raise InputError(f"{path}: no protocol has a field {name!r}: did you mean {nearest}?")
    kind = FIELDS[name]
    if not _fits(value, kind):
        raise InputError(f"{path}: {name} is {repr(value)[:60]}: write {_KINDS[kind]}.")
    if kind is float:
        with contextlib.suppress(OverflowError):
            return float(value)
    return tuple(value) if isinstance(value, list) else value


def _fits(value, kind):
    if kind is float:
        return type(value) in (int, float)
    if kind in (int, str):
        return type(value) is kind
    return isinstance(value, list) and all(type(one) is int for one in value)
