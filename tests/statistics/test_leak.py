"""The leak of dealing files to folds, on tables whose leak is known."""

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.statistics import leak

PERSONS = {f"f{n}": n // 2 if n < 40 else n for n in range(60)}  # 20 with two files, 20 with one


def _table(points, rng):
    """Persons with two files are judged better by so many points when files are dealt."""
    rows = []
    for repetition, (file, person) in itertools.product(range(5), PERSONS.items()):
        for dealt in (leak.BY_FILE, leak.BY_PERSON):
            gain = points * (dealt == leak.BY_FILE and person < 20)
            rows.append((dealt, repetition, file, 85 + gain + rng.normal(scale=0.5)))
    return pd.DataFrame(rows, columns=["dealt", "repetition", "patient", "dsc_percent"])


def test_a_leak_is_found_where_a_person_has_two_files_and_nowhere_else():
    found = leak.gains(_table(2.0, np.random.default_rng(1)), PERSONS)
    leaking = leak.mean_gain(found[found["files"] == 2])
    alone = leak.mean_gain(found[found["files"] == 1])
    assert leaking.persons == alone.persons == 20
    assert leaking.points == pytest.approx(2.0, abs=0.3)
    assert alone.over_persons[0] < 0 < alone.over_persons[1]


def test_the_interval_over_persons_is_that_of_scipys_paired_test():
    table = _table(0.3, np.random.default_rng(2))
    found = leak.gains(table, PERSONS)
    table["person"] = table["patient"].map(PERSONS)
    each = table.groupby(["dealt", "person"])["dsc_percent"].mean()
    paired = stats.ttest_rel(each[leak.BY_FILE], each[leak.BY_PERSON]).confidence_interval()
    assert leak.mean_gain(found).over_persons == pytest.approx((paired.low, paired.high))


def test_one_repetition_has_no_interval_over_repetitions():
    table = _table(1.0, np.random.default_rng(3)).query("repetition == 0")
    assert np.isnan(leak.mean_gain(leak.gains(table, PERSONS)).over_repetitions).all()
