"""The commands: one file each, found by its name, with its options and what it does.

A file has ``SAYS`` (one line of help), ``EXAMPLE`` (what may follow the command's name),
``add_options(command)`` and ``do(given, say)``: the options that were given, and a function that
takes a sentence, such as print. Nothing heavy is imported before ``do``.
"""

import importlib
import pkgutil


def every():
    """All commands: dict of name → module, by name; ``extract_cohort.py`` is extract-cohort."""
    names = [found.name for found in pkgutil.iter_modules(__path__)]
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return {_name(m): m for m in modules if hasattr(m, "do")}


def _name(module):
    return module.__name__.rpartition(".")[2].strip("_").replace("_", "-")
