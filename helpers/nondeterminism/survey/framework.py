"""The framework that a survey asks: the one that is named, else the first that is installed."""

import importlib.util
import os

from helpers.errors import InputError
from helpers.learning import frameworks


def choose():
    """Make sure that this process and its children have a framework; returns its name.

    KERAS_BACKEND, or keras.json, goes first; where that is not installed and nobody has set
    KERAS_BACKEND, it is set here.
    raises : InputError when none is installed
    """
    there = [name for name in frameworks.NAMES if importlib.util.find_spec(name)]
    if not there:
        raise InputError("No framework is installed: pip install TensorFlow, PyTorch or JAX.")
    if "KERAS_BACKEND" not in os.environ and _named() not in there:
        os.environ["KERAS_BACKEND"] = there[0]
    return frameworks.name()


def _named():
    try:
        return frameworks.name()
    except InputError:
        return None
