"""Laboratories that stand out: printed critical values, slow versions, simulated sizes."""

import numpy as np
import pytest

from helpers.errors import InputError
from helpers.statistics.standing_out import (
    critical_cochran,
    critical_double_grubbs,
    critical_grubbs,
    critical_h,
    critical_k,
    mandel_h,
    mandel_k,
    tests,
)
from tests.statistics.published_rooms import COAL, GLUCOSE

tests.__test__ = False  # it is no test of ours


def test_h_and_k_have_the_critical_values_that_e691_prints_for_eight_of_three():
    assert critical_h(8, 0.005) == pytest.approx(2.15, abs=5e-3)
    assert critical_k(8, 3, 0.005) == pytest.approx(2.06, abs=5e-3)


@pytest.mark.parametrize(
    ("laboratories", "results", "at_5", "at_1"),
    [(10, 2, 0.602, 0.718), (8, 3, 0.516, 0.615), (5, 3, 0.684, 0.788), (4, 2, 0.907, 0.968)],
)
def test_cochrans_critical_values_are_those_of_the_standards_table(
    laboratories, results, at_5, at_1
):
    assert critical_cochran(laboratories, results) == pytest.approx(at_5, abs=1e-3)
    assert critical_cochran(laboratories, results, 0.01) == pytest.approx(at_1, abs=1e-3)


@pytest.mark.parametrize(
    ("laboratories", "at_5", "at_1"), [(5, 1.715, 1.764), (8, 2.126, 2.274), (10, 2.290, 2.482)]
)
def test_grubbs_critical_values_are_those_of_the_standards_table(laboratories, at_5, at_1):
    assert critical_grubbs(laboratories) == pytest.approx(at_5, abs=1.1e-3)
    assert critical_grubbs(laboratories, 0.01) == pytest.approx(at_1, abs=1.1e-3)


@pytest.mark.parametrize(
    ("laboratories", "at_5", "at_1"),
    [(5, 0.0090, 0.0018), (8, 0.1101, 0.0563), (10, 0.1864, 0.1150)],
)
def test_simulated_values_of_the_double_test_are_near_the_standards_table(laboratories, at_5, at_1):
    assert critical_double_grubbs(laboratories) == pytest.approx(at_5, rel=0.04)
    assert critical_double_grubbs(laboratories, 0.01) == pytest.approx(at_1, rel=0.08)


def test_what_the_example_of_coal_shows():
    """The third level's laboratory 5 scatters, the second's 6 is high; neither is an outlier."""
    by_level = [{t.name: t for t in tests(results)} for results in COAL.values()]
    assert by_level[2]["Cochran"].laboratories == (5,)
    assert by_level[2]["Cochran"].says == "straggler"
    assert by_level[1]["Grubbs, one"].laboratories == (6,)
    assert all(test.says != "outlier" for level in by_level for test in level.values())


def test_h_and_k_agree_with_a_slow_version():
    for results in [*COAL.values(), *GLUCOSE.values()]:
        means = [sum(one) / len(one) for one in results]
        middle = sum(means) / len(means)
        sd = (sum((m - middle) ** 2 for m in means) / (len(means) - 1)) ** 0.5
        assert mandel_h(results) == pytest.approx([(m - middle) / sd for m in means])
        pairs = list(zip(results, means, strict=True))
        variances = [sum((x - m) ** 2 for x in one) / (len(one) - 1) for one, m in pairs]
        pooled = sum(variances) / len(variances)
        assert mandel_k(results) == pytest.approx([(v / pooled) ** 0.5 for v in variances])


def test_machines_that_repeat_themselves_are_tested_by_their_means_alone():
    results = [[90.0] * 2, [90.1] * 2, [90.2] * 2, [90.15] * 2, [95.0] * 2, [90.05] * 2]
    assert np.isnan(mandel_k(results)).all()
    found = {test.name: test for test in tests(results)}
    assert "Cochran" not in found
    assert found["Grubbs, one"].says == "outlier"
    assert found["Grubbs, one"].laboratories == (5,)
    assert "5 is an outlier (1 %)" in str(found["Grubbs, one"])


def test_two_that_hide_one_another_are_found_by_the_double_test():
    results = [[m] for m in (0.1, -0.1, 0.2, 0.0, -0.2, 0.15, 6.0, 6.1)]
    found = {test.name: test for test in tests(results)}
    assert found["Grubbs, one"].says == "nothing"
    assert found["Grubbs, two highest"].says == "outlier"
    assert found["Grubbs, two highest"].laboratories == (7, 8)


def test_equal_machines_and_two_machines_are_not_tested():
    assert tests([[90.0, 90.0]] * 6) == []
    assert tests([[90.0], [91.0]]) == []
    with pytest.raises(InputError, match="no laboratory"):
        tests([])


def test_the_sizes_are_as_they_say_where_no_laboratory_differs():
    rng, rooms, said = np.random.default_rng(5), 3000, {}
    h, k = np.zeros(2), critical_k(10, 2)
    for _ in range(rooms):
        results = list(rng.normal(size=(10, 2)))
        for test in tests(results):
            said[test.name] = said.get(test.name, 0) + (test.says != "nothing")
        h += [np.abs(mandel_h(results))[0] > critical_h(10), mandel_k(results)[0] > k]
    assert h / rooms == pytest.approx([0.05, 0.05], abs=0.012)
    assert said["Cochran"] / rooms == pytest.approx(0.05, abs=0.012)
    assert said["Grubbs, one"] / rooms == pytest.approx(0.05, abs=0.012)
    double = said["Grubbs, two highest"] + said["Grubbs, two lowest"]
    assert double / rooms == pytest.approx(0.05, abs=0.012)


@pytest.mark.parametrize("machines", [4, 6, 13, 30])
def test_machines_of_one_result_are_never_tested_whatever_its_digits(machines):
    rng = np.random.default_rng(machines)
    for median in np.round(rng.uniform(80, 95, 200), 4):
        assert tests([[median] * (2 + i % 2) for i in range(machines)]) == []
