import numpy as np
import pytest

from helpers.statistics.agreement import agreement, cohen, fleiss


def test_fleiss_kappa_of_wikipedias_ten_subjects_and_fourteen_raters():
    """Counts of five categories; kappa 0.210 (en.wikipedia.org, Fleiss' kappa, worked example)."""
    counts = [
        (0, 0, 0, 0, 14),
        (0, 2, 6, 4, 2),
        (0, 0, 3, 5, 6),
        (0, 3, 9, 2, 0),
        (2, 2, 8, 1, 1),
        (7, 7, 0, 0, 0),
        (3, 2, 6, 3, 0),
        (2, 5, 3, 2, 2),
        (6, 5, 2, 1, 0),
        (0, 2, 2, 3, 7),
    ]
    said = np.array([np.repeat(list("abcde"), row) for row in counts]).T
    assert fleiss(said) == pytest.approx(0.210, abs=5e-4)


def test_cohens_kappa_of_a_table_of_fifty():
    """20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no: (0.7 - 0.5) / (1 - 0.5)."""
    one = np.repeat(["y", "y", "n", "n"], (20, 5, 10, 15))
    other = np.repeat(["y", "n", "y", "n"], (20, 5, 10, 15))
    assert cohen(one, other) == pytest.approx(0.4)


def test_nothing_flips_where_all_runs_say_the_same_and_the_bound_is_exact():
    said = np.tile(np.repeat(["a", "b"], (20, 22)), (10, 1))
    found = agreement(said)
    assert (found.flipped, found.share, found.by_pair) == (0, 0, 0)
    assert found.upper == pytest.approx(1 - 0.05 ** (1 / 42))
    assert found.fleiss == pytest.approx(1) and found.cohen == pytest.approx((1, 1))


def test_flips_are_counted_by_subject_and_by_pair():
    said = np.array([list("aabb"), list("aabb"), list("abbb")])
    found = agreement(said)
    assert (found.runs, found.subjects, found.flipped) == (3, 4, 1)
    pairs = [(said[i] != said[j]).mean() for i in range(3) for j in range(i)]
    assert found.by_pair == pytest.approx(np.mean(pairs))
    assert found.share_ci[0] < 0.25 < found.share_ci[1]


def test_one_word_for_everybody_has_no_kappa():
    found = agreement(np.full((3, 5), "a"))
    assert np.isnan(found.fleiss) and np.isnan(found.cohen).all() and found.flipped == 0


def test_one_run_agrees_with_nobody():
    assert agreement(np.full((1, 5), "a")) is None
    assert agreement(np.empty((3, 0), str)) is None
