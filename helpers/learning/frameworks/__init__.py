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
    found, by = (keras.backend.backend(), "Keras") if hasattr(keras, "backend") else _chosen()
    if found not in NAMES:
        raise InputError(f"{by} asks for the framework {found!r}: use one of {', '.join(NAMES)}.")
    if importlib.util.find_spec(found) is None:
        raise InputError(
            f"{by} asks for the framework {found!r}, which is not installed: pip install it, or "
            "set KERAS_BACKEND to another one."
        )
    return found


def xla():
    """Whether XLA compiles a training step: on JAX, where every single op is XLA's anyway."""
    return name() == "jax"


def has_inter_op():
    """Whether operations may run side by side on threads that can be set: not on JAX."""
    return name() != "jax"


def here():
    """The module of this process's framework, Keras imported before it."""
    importlib.import_module("helpers.learning.quiet_keras")
    return importlib.import_module(f"helpers.learning.frameworks.on_{name()}")


def _chosen():
    """The framework and who asks for it; Keras' own rule: the environment before keras.json."""
    named = os.environ.get("KERAS_BACKEND")
    if named:
        return named, "KERAS_BACKEND"
    written = Path(os.environ.get("KERAS_HOME") or os.path.expanduser("~/.keras"), "keras.json")
    try:
        return json.loads(written.read_text())["backend"], str(written)
    except (OSError, ValueError, KeyError, TypeError):
        return "tensorflow", "Keras"
