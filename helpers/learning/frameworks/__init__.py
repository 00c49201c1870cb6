"""The frameworks that Keras can run on; what differs between them is in one file for each.

A file ``on_….py`` has ``apply(wanted, cap_mib)``, which sets the switches of the process before
the framework computes, ``forget_gpu_peak()`` and ``gpu_peak_bytes()``.
"""

import importlib
import importlib.util
import json
import os
import sys
from pathlib import Path

from helpers.errors import InputError

NAMES = ("tensorflow", "torch", "jax")


def name():
    """The framework of this process, as Keras finds it; neither Keras nor it is imported.

    raises : InputError for a framework that has no switches here, or is not installed
    """
    keras = sys.modules.get("keras")
    found = keras.backend.backend() if hasattr(keras, "backend") else _chosen()
    if found not in NAMES:
        raise InputError(f"KERAS_BACKEND is {found!r}: use one of {', '.join(NAMES)}.")
    if importlib.util.find_spec(found) is None:
        raise InputError(f"KERAS_BACKEND is {found!r}, which is not installed: pip install it.")
    return found


def xla():
    """Whether XLA compiles a training step: on JAX, where every single op is XLA's anyway."""
    return name() == "jax"


def here():
    """The module of this process's framework, Keras imported before it."""
    importlib.import_module("helpers.learning.quiet_keras")
    return importlib.import_module(f"helpers.learning.frameworks.on_{name()}")


def _chosen():
    """Keras' own rule: the environment goes before keras.json."""
    home = os.environ.get("KERAS_HOME") or Path.home() / ".keras"
    try:
        written = json.loads((Path(home) / "keras.json").read_text())["backend"]
    except (OSError, ValueError, KeyError, TypeError):
        written = "tensorflow"
    return os.environ.get("KERAS_BACKEND") or written
