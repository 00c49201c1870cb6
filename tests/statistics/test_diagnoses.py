import numpy as np
import pandas as pd
import pytest

from helpers.statistics import diagnoses, free_response
from tests.statistics.example_findings import CANDIDATES, LESIONS, MASKS

FOUND = diagnoses.scored(CANDIDATES)
NAMES = diagnoses.looked_at(MASKS)


def run(repetition, arm="order"):
    return FOUND[(FOUND["arm"] == arm) & (FOUND["repetition"] == repetition)]


def test_what_is_said_of_each_lesion():
    said = diagnoses.of_lesions(FOUND, LESIONS, MASKS)
    assert said.loc[("order", 0)].tolist() == ["malignant", "benign", "benign", "malignant"]
    assert said.loc[("order", 1)].tolist() == ["malignant", "not shown", "benign", "benign"]
    assert said.loc[("seeds", 0)].tolist() == ["not shown"] * 4


def test_what_is_said_of_each_patient_counts_false_candidates_too():
    said = diagnoses.of_patients(FOUND, MASKS)
    assert said.loc[("order", 0)].tolist() == ["malignant"] * 3
    assert said.loc[("order", 1)].tolist() == ["malignant", "not malignant", "not malignant"]
    assert said.loc[("seeds", 0)].tolist() == ["not malignant"] * 3


def test_a_candidate_speaks_for_the_breast_on_its_side():
    moved = FOUND.assign(x=np.where(FOUND["patient"] == "A", -20.0, 20.0))
    said = diagnoses.of_breasts(moved, MASKS).loc[("order", 0)]
    told = said[said == "malignant"].index.tolist()
    assert told == ["A left", "B right", "C right"] and len(said) == 6


def test_figures_of_a_run():
    found = diagnoses.of_run(run(0), LESIONS, NAMES)
    assert found["sensitivity"] == 1 and found["false"] == pytest.approx(1 / 3)
    assert found["auc"] == 1
    second = diagnoses.of_run(run(1), LESIONS, NAMES)
    assert second["sensitivity"] == 0.75 and second["false"] == 0


def test_a_lesion_without_a_candidate_has_probability_0():
    assert diagnoses.malignancy(run(1), LESIONS).tolist() == [0.7, 0, 0.1, 0.4]
    assert not diagnoses.malignancy(run(0, "seeds"), LESIONS).any()


def test_a_run_that_finds_nothing_is_a_run():
    found = diagnoses.summarise(CANDIDATES, LESIONS, MASKS)
    assert found["seeds"]["runs"] == 1 and found["seeds"]["sensitivity"]["mean"] == 0
    assert found["seeds"]["auc"]["mean"] == 0.5


def test_flips_are_those_counted_by_hand():
    found = diagnoses.summarise(CANDIDATES, LESIONS, MASKS)["order"]
    assert found["shown"]["flipped"] == 1  # lesion 2 of A
    assert found["lesions"]["flipped"] == 2  # and the lesion of C
    assert found["patients"]["flipped"] == 2  # B by its false candidate, and C
    assert found["breasts"]["flipped"] == 2 and found["breasts"]["subjects"] == 6
    assert found["sensitivity"]["sd"] == pytest.approx(np.std([1, 0.75], ddof=1))
    assert found["dsc_percent"] == 95


def test_the_curve_rises_from_nothing_to_all_that_is_found():
    line = free_response.curve(run(0), LESIONS, NAMES)
    assert line[0].tolist() == [0, 0] and line[-1].tolist() == pytest.approx([2 / 3, 1])
    assert (np.diff(line, axis=0) >= 0).all()


def test_a_point_is_that_of_a_slow_count_and_its_interval_holds_it():
    own = run(0)
    for cut in (0.05, 0.3, 0.6, 0.95):
        shown = [row for row in own.to_dict("records") if row["score"] >= cut]
        hits = {(r["patient"], r["lesion"]) for r in shown if r["lesion"]}
        false = sum(r["lesion"] == 0 for r in shown)
        found = free_response.point(own, LESIONS, NAMES, cut, np.random.default_rng(0))
        assert found["sensitivity"] == len(hits) / 4 and found["false"] == false / 3
        assert found["sensitivity_ci"][0] <= found["sensitivity"] <= found["sensitivity_ci"][1]
        assert found["false_ci"][0] <= found["false"] <= found["false_ci"][1]


def test_a_patient_without_a_lesion_or_a_candidate_counts_as_one():
    healthy = pd.concat([MASKS, MASKS[MASKS["patient"] == "A"].assign(patient="D")])
    names = diagnoses.looked_at(healthy)
    assert names == ["A", "B", "C", "D"]
    assert diagnoses.of_run(run(0), LESIONS, names)["false"] == 1 / 4
    more = pd.concat([run(0), run(0)[run(0)["lesion"] == 0].assign(patient="D", score=0.9)])
    assert diagnoses.of_run(more, LESIONS, names)["false"] == 3 / 4
