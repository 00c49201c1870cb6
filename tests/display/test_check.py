"""An answer passes when it is right, else there is a hint, which never holds the answer."""

import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from helpers.display import exercises
from helpers.display.check import check
from helpers.errors import InputError
from helpers.imaging import cohort_folder, dsc, slices
from helpers.protocol import SMOKE
from helpers.statistics import decision, planning, simulation
from helpers.statistics.reproducibility import precision
from helpers.study import sources

TRUTH, DRAWN = np.zeros((6, 6), bool), np.zeros((6, 6), bool)
TRUTH[1:4, 1:4] = DRAWN[2:5, 1:4] = True
LESION = SimpleNamespace(spacing=(2.0, 1.0, 5.0))
MODEL = SimpleNamespace(get_weights=lambda: [np.zeros((3, 3)), np.zeros(2)])
PERSONS = {"a": 1, "b": 1, "c": 2, "d": 2, "e": 3}
HERE, OTHER = {"a": 90.0, "b": 80.0}, {"a": 91.0, "b": 83.0}
TABLE = pd.DataFrame(
    {
        "arm": ["seeds"] * 4 + ["order"] * 2,
        "patient": ["a", "a", "b", "b", "a", "a"],
        "dsc_percent": [90.0, 91.0, 80.0, 85.0, 10.0, 90.0],
    }
)
MASSES = np.zeros((20, 20, 6), int)
MASSES[2:7, 2:7, 1:4], MASSES[12:17, 12:17, 1:4] = 1, 2
BRIGHT = 0.1 + 0.9 * (MASSES > 0)
TRUE_RUNS = simulation.Truth(folds=21, runs=2)
STEPS = list(range(1, 31))
LINES = [SimpleNamespace(machine={"isa": isa}) for isa in ("avx2", "avx512", "avx2")]
EXACT, SCATTERED = [(90.0, 90.0), (91.0,), (93.0, 93.0)], [(90.0, 90.2), (91.0, 91.3), (93.0,)]


def _rate():
    found = simulation.rejections(simulation.simulate(TRUE_RUNS, 1, 2000), TRUE_RUNS.fold())
    chosen = (found["rule"] == "Wilcoxon") & (found["compares"] == "two runs")
    return float(found.loc[chosen, "rate"].iloc[0])


CASES = {
    "three_results": ((), (1e16, 1, -1e16 + 2), (1, 2, 3)),
    "lesion_millilitres": ((LESION, TRUTH), 0.09, 90),
    "in_order": (([5, 1, 3],), [1, 2, 0], [0, 1, 2]),
    "dice": ((TRUTH, DRAWN), 66.67, 50),
    "on_both_sides": ((PERSONS, [["a"], ["b", "e"], ["c", "d"]]), 2, 4),
    "weights_of": ((MODEL,), 11, 9),
    "moved": ((OTHER, HERE), 2.0, -2.0),
    "suffers_most": ((TABLE,), "b", "a"),
    "wrong_in_pairs": ((TRUE_RUNS,), _rate(), 0.5),
    "runs_needed": ((0.15, 0.5), planning.runs_needed(0.15, 0.5), 3),
    "trainings_needed": ((0.5, 0.4, 0.05), decision.trainings_needed(0.5, 0.4), 1),
    "doubling": ((STEPS, [2.0 ** (s / 4) for s in STEPS]), 4.0, 0.25),
    "kinds": ((LINES, "isa"), 2, 3),
    "lesions_found": ((BRIGHT, BRIGHT > 0, np.diag([5.0, 5, 5, 1]), MASSES), 2, 3),
    "still_possible": ((42,), binomtest(0, 42, alternative="less").proportion_ci().high, 3 / 42),
    "s_R_of_some": ((EXACT,), precision(EXACT).s_R, 0.1),
}
NEEDS_MORE = {"finer_ceiling", "two_terms"}  # below, and where notebooks are run


@pytest.mark.parametrize("name", CASES)
def test_a_right_answer_passes_and_a_wrong_one_gets_its_hint(name):
    given, right, wrong = CASES[name]
    assert repr(check(name, right, *given)) == f"{name}: pass."
    said = check(name, wrong, *given)
    assert said.passed is False and said.sentence.startswith(f"{name}: not yet. Hint: ")


@pytest.mark.parametrize("name", CASES)
def test_an_answer_of_the_wrong_kind_gets_the_hint_too(name):
    given = CASES[name][0]
    for wrong in ("words", None, [], object(), float("nan"), np.zeros(3), {}):
        assert check(name, wrong, *given).passed is False


def test_every_exercise_has_its_cases():
    assert CASES.keys() | NEEDS_MORE == exercises.RULES.keys()


def test_a_room_whose_machines_scatter_has_its_s_r_too():
    assert check("s_R_of_some", precision(SCATTERED).s_R, SCATTERED).passed


def test_a_finer_grid_has_its_own_ceiling():
    volume, mask = cohort_folder.find(sources.folder("phantom", SMOKE))[0].read()
    grid = replace(SMOKE, size=128, spacing=SMOKE.spacing / 2)
    finer = dsc.round_trip_ceiling(slices.prepare(volume, mask, grid), grid)
    coarse = dsc.round_trip_ceiling(slices.prepare(volume, mask, SMOKE), SMOKE)
    assert check("finer_ceiling", finer, volume, mask, grid).passed and finer > coarse
    assert check("finer_ceiling", coarse, volume, mask, grid).passed is False


def test_dots_are_no_answer_yet():
    said = check("kinds", ..., LINES, "isa")
    assert said.passed is None and "no answer yet" in said.sentence


@pytest.mark.parametrize("name", exercises.RULES)
def test_no_hint_holds_the_answer(name):
    hint = exercises.RULES[name].__doc__
    assert 30 < len(hint) < 300
    if name in CASES:
        assert not re.search(rf"\b{re.escape(str(CASES[name][1]).strip('()[]'))}\b", hint)


def test_an_unknown_exercise_is_refused_with_the_known_ones():
    with pytest.raises(InputError, match=r"There is no exercise 'dise': three_results, .*dice"):
        check("dise", 1)
