"""The sentences of a report claim what was shown, and say who states the rest."""

from importlib.resources import files

import pytest

from helpers.display.report import compared, sections, sentences
from helpers.statistics import csv_tables, planning
from helpers.statistics.runs import by_arm
from helpers.statistics.simulation import Truth, simulate
from helpers.statistics.summary import summarise, summarise_published
from helpers.study import shipped
from tests.display.example_runs import runs_of

TABLE = files("helpers.reference") / "published_table.csv"


@pytest.fixture
def published():
    return summarise_published(csv_tables.read_published(TABLE))


def test_the_published_ten_are_told_how_likely_their_verdict_was(published):
    [said] = sentences.chance(published["published"])
    assert "10 runs are found repeatable within ±0.5 points in 15% of cases" in said
    assert "smallest margin that passes is 0.69 points, which would have passed in 56%" in said
    assert "0.80 would in 80 %" in said


def test_an_arm_that_does_not_scatter_had_no_chance_to_tell():
    found = summarise({"a": runs_of([[90.0, 91.0]] * 3)})
    assert found["a"]["verdict_chance"] is None and sentences.chance(found["a"]) == []


def test_the_chance_is_that_of_the_plan(published):
    numbers = published["published"]
    assert numbers["verdict_chance"] == planning.verdict_power(numbers["run_sd"], 10, 0.5)


def test_the_smallest_margin_is_that_of_the_estimate_that_the_verdict_rests_on():
    found = summarise(by_arm(shipped.table("parting")), margin=0.25)["default"]
    [said] = sentences.chance(found)
    assert found["rests_on"] == "recombined runs" and "trainings worth 15 runs are found" in said
    upper = found["recombined"]["rc_upper"]
    assert upper < found["rc_upper"] and f"margin that passes is {upper:.2f} points" in said


def test_a_table_from_elsewhere_is_as_its_user_states(published):
    said = " ".join(sentences.methods(published, recorded=False))
    assert "as stated by the user" in said and "over the 3-D volume" not in said
    report = sections.of_published(csv_tables.read_published(TABLE), 0.5, "x")
    [answers] = next(s for s in report.sections if s.title.startswith("Checklist")).blocks
    metric = answers.content.set_index("item").loc["28 metric", "answer"]
    assert metric.endswith("as stated by the user") and "3-D" not in metric
    assert "over the 3-D volume" in " ".join(sentences.methods(published))


def test_the_program_does_not_claim_to_know_when_a_margin_was_chosen(published):
    said = " ".join(sentences.methods(published))
    assert "cannot know whether it was chosen before looking" in said


def test_each_arm_says_what_it_is_conditional_on():
    said = sentences.conditions({"order": {}, "seeds": {}, "mine": {}})
    assert said == [
        "order holds for these patients, this split, this machine, the protocol's seed.",
        "seeds holds for these patients, this split, this machine.",
    ]


def test_how_far_a_network_was_trained_is_said():
    protocol = {"name": "study", "folds": 10, "epochs": 4, "batch": 8, "learning_rate": 0.01}
    said = " ".join(sentences.made_with({"protocol": protocol}, {}))
    assert "Trained for 4 epochs in mini-batches of 8, from a learning rate of 0.01" in said


def test_two_arms_are_compared_for_two_questions_that_name_their_unit():
    truth = Truth(patients=12, folds=4, runs=4)
    tested = {
        arm: runs_of(simulate(truth, seed)[0], truth.fold(), arm)
        for seed, arm in enumerate(("default", "seeds"))
    }
    first, second = compared.sentences(tested, {}, 0.5)
    assert first.startswith("seeds against default, if each fold had another seed (unit: fold): ")
    assert second.startswith("seeds against default, as they stand (unit: run): ")
