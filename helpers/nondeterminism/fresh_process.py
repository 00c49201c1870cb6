"""A function computed in a process that has computed nothing before, with variables of its own."""

import contextlib
import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from helpers.errors import InputError
from helpers.learning.frameworks import environment


class Died(InputError):
    """A fresh process that was ended before it had an answer."""


def call(function, *arguments, variables=None):
    """What a function returns in a fresh process; both must be picklable.

    variables : of the environment, set there before anything heavy is imported: dict, or None
    raises    : `Died`
    """
    with kept(variables) as called:
        return called(function, *arguments)


@contextlib.contextmanager
def kept(variables=None):
    """A fresh process for as long as the block lasts; yields what calls a function in it.

    What this process has set for its own framework is taken back there.
    """
    spawn = multiprocessing.get_context("spawn")
    chosen = environment.for_children() | (variables or {})
    with ProcessPoolExecutor(1, spawn, _set, (chosen,)) as fresh:
        yield lambda function, *arguments: _result(fresh.submit(function, *arguments))


def _result(future):
    try:
        return future.result()
    except BrokenProcessPool:
        raise Died(
            "A process of its own was ended from outside, by a lack of memory as a rule: close "
            "what else is running, or take a smaller protocol."
        ) from None


def _set(variables):
    os.environ.update(variables)
