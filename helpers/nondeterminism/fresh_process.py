"""A function computed in a process that has computed nothing before, with variables of its own."""

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor


def call(function, *arguments, variables=None):
    """What a function returns in a fresh process; both must be picklable.

    variables : of the environment, set there before anything heavy is imported: dict, or None
    """
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, spawn, _set, (variables or {},)) as fresh:
        return fresh.submit(function, *arguments).result()


def _set(variables):
    os.environ.update(variables)
