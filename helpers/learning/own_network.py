"""Somebody's own network: found by its name, built, and seeded.

The name is ``package.module:build``; ``build`` takes the input shape (height, width, channel) and
returns a keras.Model with outputs (n, height, width, 1) in 0…1. Only the name travels to the
workers, never a pickled model.
"""

import ast
import functools
import hashlib
import importlib
import importlib.util
from pathlib import Path

import numpy as np

from helpers.errors import InputError


def load(name):
    """The function called ``name``, ``package.module:build``; InputError when there is none."""
    module, function = _parts(name)
    try:
        return getattr(importlib.import_module(module), function)
    except (ImportError, AttributeError) as error:
        raise InputError(f"The network {name} cannot be loaded: {error}.") from error


def sha256(name):
    """Digest of the code behind a name: its whole package, or its file and what that imports of
    the files beside it.

    The module itself is not imported. Packages that it imports are named by the versions in the
    fingerprint, or not at all.
    """
    module, _ = _parts(name)
    try:
        found = importlib.util.find_spec(module)
    except (ImportError, ValueError):
        found = None
    if found is None or not found.has_location:
        raise InputError(
            f"There is no file of Python for {module}: start where it can be imported."
        )
    file = Path(found.origin)
    depth = module.count(".") + (file.name == "__init__.py")
    root = file.parents[max(depth - 1, 0)]
    files = root.rglob("*.py") if depth else _beside(file, set())
    total = hashlib.sha256()
    for path in sorted(files):
        total.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return total.hexdigest()


def _beside(file, seen):
    """A file of Python and those that it imports out of its own folder, set of paths."""
    seen.add(file)
    for node in ast.walk(ast.parse(file.read_bytes())):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            place = file.parent / name.partition(".")[0]
            if name and place.is_dir():
                seen.update(place.rglob("*.py"))
            elif name and place.with_suffix(".py") not in seen and _is_file(place):
                _beside(place.with_suffix(".py"), seen)
    return seen


def _is_file(place):
    return place.with_suffix(".py").is_file()


def build(function, input_shape):
    """The model, its own random first values under a fixed seed; InputError when it cannot serve.

    input_shape : (height, width, channel)
    """
    from helpers.learning.quiet_keras import keras

    keras.utils.set_random_seed(0)
    model = function(input_shape)
    if not isinstance(model, keras.Model):
        raise InputError(f"{function.__name__} returned no keras.Model.")
    wanted = (None, *input_shape[:2], 1)
    if model.output_shape != wanted:
        raise InputError(
            f"The network's output is {model.output_shape}, and {wanted} is needed: "
            "one probability a pixel."
        )
    return model


def finish_building(model, input_shape):
    """Have a compiled model make what Keras makes at its first batch, before a cell is seeded.

    On PyTorch that first time draws from the generator that dropout draws from, too.
    """
    model.test_on_batch(np.zeros((1, *input_shape)), np.zeros((1, *input_shape[:2], 1)))


def draws(model):
    """Whether a network draws random numbers as it trains, for dropout and the like."""
    return any(variable.name == "seed_generator_state" for variable in model.variables)


def reseed(model, rng):
    """Draw the states of a network's own random generators (dropout and the like)."""
    for variable in model.variables:
        if variable.name == "seed_generator_state":
            variable.assign(rng.integers(2**31, size=variable.shape))


@functools.cache
def _parts(name):
    module, colon, function = name.partition(":")
    if not (module and colon and function):
        raise InputError(f"The network {name!r} is no name like package.module:build.")
    return module, function
