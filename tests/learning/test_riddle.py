"""The sum that parts two same-seed trainings on a CPU, as benchmarks/riddle.py measures it.

TensorFlow takes a sum apart when it expects a step to need more than 0.8 · 256 MiB; only such a
sum may part. Whether it does is chance, so no test asks for it.
"""

import importlib.util
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "riddle.py"


@pytest.fixture(scope="module")
def measured():
    """Sums taken apart and different results of 50 calls a case, in a process of their own."""
    spec = importlib.util.spec_from_file_location("riddle", SCRIPT)
    riddle = sys.modules["riddle"] = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(SCRIPT.parent))
    spec.loader.exec_module(riddle)

    def together(change, *cases):
        with ProcessPoolExecutor(1, get_context("spawn")) as process:
            jobs = [(change, riddle.add_products, case, 50) for case in cases]
            return [job.result() for job in [process.submit(riddle.measure, *j) for j in jobs]]

    yield together
    sys.path.remove(str(SCRIPT.parent))
    del sys.modules["riddle"]


def test_only_a_large_sum_of_three_known_terms_is_taken_apart(measured):
    large, below, two, unknown = measured(
        "", {"kept": 205}, {"kept": 190}, {"terms": 2}, {"static": False}
    )
    assert large[0] == 1
    assert below == two == unknown == (0, 1)


def test_without_the_memory_optimizer_the_sum_stays_whole(measured):
    assert measured("set_jit(True)", {}) == [(0, 1)]


def test_one_thread_between_ops_adds_the_parts_in_one_order(measured):
    assert measured("inter-op threads 1", {}) == [(1, 1)]
