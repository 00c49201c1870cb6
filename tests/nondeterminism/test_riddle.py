"""The sum that parts two same-seed trainings on a CPU.

TensorFlow takes a sum apart when it expects a step to need more than 0.8 · 256 MiB; only such a
sum may part. Whether it does is chance, so no test asks for it.
"""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from helpers.nondeterminism import riddle


def _measured(change, *cases):
    """Sums taken apart and different results of 50 calls a case, in a process of their own."""
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        jobs = [
            process.submit(riddle.measure, change, riddle.add_products, case, 50) for case in cases
        ]
        return [job.result() for job in jobs]


def test_only_a_large_sum_of_three_known_terms_is_taken_apart():
    cases = {"kept": 205}, {"kept": 190}, {"terms": 2}, {"static": False}
    large, below, two, unknown = _measured("nothing", *cases)
    assert large[0] == 1
    assert below == two == unknown == (0, 1)


def test_without_the_memory_optimizer_the_sum_stays_whole():
    assert _measured("set_jit(True)", {}) == [(0, 1)]


def test_one_thread_between_ops_adds_the_parts_in_one_order():
    assert _measured("inter-op 1", {}) == [(1, 1)]
