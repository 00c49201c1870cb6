"""The runs of an arm: what is whole, what is left out, and the sentence that says so."""

import pandas as pd
import pytest

from helpers.statistics import runs


def _table(arms=("default", "seeds"), repetitions=4, patients=6, folds=3):
    """DSC is 80 + patient + repetition / 10."""
    rows = [
        (arm, repetition, p % folds, f"P{p}", 80 + p + repetition / 10, f"{arm}{repetition}{p % 3}")
        for arm in arms
        for repetition in range(repetitions)
        for p in range(patients)
    ]
    columns = ["arm", "repetition", "fold", "patient", "dsc_percent", "weights_sha256"]
    return pd.DataFrame(rows, columns=columns)


def test_an_arms_runs_have_their_numbers_folds_and_digests():
    found = runs.by_arm(_table())
    assert list(found) == ["default", "seeds"]
    one = found["seeds"]
    assert one.dsc.shape == (4, 6) and one.dsc.loc[2, "P5"] == pytest.approx(85.2)
    assert one.medians.tolist() == pytest.approx([82.5, 82.6, 82.7, 82.8])
    assert list(one.fold) == [0, 1, 2, 0, 1, 2] and one.folds == 3
    assert one.digests[1] == ("seeds10", "seeds11", "seeds12") and one.differ


def test_equal_runs_do_not_differ_and_a_missing_digest_leaves_none():
    table = _table(["a"]).assign(dsc_percent=90.0)
    table.loc[3, "weights_sha256"] = None
    one = runs.by_arm(table)["a"]
    assert not one.differ and one.digests is None


def test_an_unfinished_repetition_is_left_out_and_said():
    table = _table()
    undone = (table["repetition"] >= 2) & (table["fold"] == 1) & (table["arm"] == "seeds")
    found = runs.by_arm(table[~undone])
    assert len(found["seeds"].dsc) == 2 and found["seeds"].unfinished == [2, 3]
    [sentence] = runs.left_out(table[~undone])
    assert sentence == "seeds: 2 of 4 repetitions left out as unfinished (2, 3)."


def test_an_arm_without_a_finished_repetition_is_named_too():
    table = _table(repetitions=3)
    half = (table["arm"] == "default") | (table["fold"] == table["repetition"])
    assert "seeds" not in runs.by_arm(table[half])
    assert "nothing of this arm is left" in " ".join(runs.left_out(table[half]))


def test_fewer_patients_than_another_arm_are_said():
    table = _table()
    fewer = (table["arm"] == "default") | (table["patient"] != "P5")
    assert runs.left_out(table[fewer]) == ["seeds: 5 patients where another arm has 6."]


def test_patients_who_change_their_fold_have_none():
    moved = _table(["a"])
    moved["fold"] = (moved["fold"] + moved["repetition"]) % 3
    assert runs.by_arm(moved)["a"].fold is None
    assert "change their fold" in runs.left_out(moved)[0]
