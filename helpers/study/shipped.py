"""Measured tables that ship with the package, each beside the fingerprint of its machine."""

import importlib.resources
import json

import pandas as pd

from helpers.errors import InputError

_FOLDER = importlib.resources.files("helpers.reference")


def table(name):
    """The table called ``name``, such as "switches" or "probes_cpu", as a frame."""
    return pd.read_csv(_found(f"{name}.csv"))


def prints(name):
    """The fingerprint beside it: dict."""
    return json.loads(_found(f"{name}.json").read_text())


def _found(file):
    path = _FOLDER / file
    if not path.is_file():
        raise InputError(f"No {file} ships with this version: see helpers/reference.")
    return path
