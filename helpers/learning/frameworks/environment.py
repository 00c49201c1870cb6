"""Variables of the environment that a process sets for its framework, kept apart from the user's.

Some switches are read by the framework from the environment alone. What a process sets itself is
neither in its fingerprint nor left to its children.
"""

import os

_found = {}


def put(name, value):
    """Set a variable of this process, and remember what it was."""
    _found.setdefault(name, os.environ.get(name, ""))
    os.environ[name] = value


def found():
    """The environment that this process was started with, without empty values: dict."""
    return {name: value for name, value in (os.environ | _found).items() if value}


def for_children():
    """What to start a child with, so that it finds what this process found: dict."""
    return dict(_found)
