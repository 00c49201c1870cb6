"""Two sittings of one study: each cell once, the later one's, and nothing made otherwise."""

import gzip

import pandas as pd
import pytest

from helpers.errors import InputError
from helpers.study import shipped, shipping, sittings
from helpers.study.ledger import Ledger

STUDY = {"protocol": {"name": "made up", "folds": 1, "judge_every": 1}, "packages": {"keras": "3"}}


def _sitting(folder, trainings, arm="default", study=STUDY, took=1.0):
    """A study whose repetitions are some trainings: number i has DSC 80 + i / 7, weights "i"."""
    ledger = Ledger(folder)
    ledger.open(study)
    for repetition, training in enumerate(trainings):
        ledger.write(_record(arm, repetition, training) | {"seconds": took + repetition})
    return folder


def _record(arm, repetition, training):
    cell = {"arm": arm, "repetition": repetition, "fold": 0}
    dsc = {"dsc_percent": {"01": 80 + training / 7}}
    seen = {"epochs_dsc_percent": {"01": [70 + training]}, "epochs_loss": [0.5]}
    digests = dict.fromkeys(("steps_sha256", "epochs_sha256"), [str(training)])
    return cell | dsc | seen | digests | {"weights_sha256": str(training)}


def test_a_later_sitting_adds_what_lacked_and_says_what_it_did_again(tmp_path):
    shipping.keep(_sitting(tmp_path / "one", [0, 1, 2]), "kept", tmp_path)
    before = gzip.decompress((tmp_path / "kept.csv.gz").read_bytes()).decode().splitlines()
    sittings.extend(_sitting(tmp_path / "two", [0, 9], took=3.0), "kept", tmp_path)
    after = gzip.decompress((tmp_path / "kept.csv.gz").read_bytes()).decode().splitlines()
    assert [a == b for a, b in zip(before, after, strict=True)] == [True, True, False, True]
    assert list(shipped.table("kept", tmp_path)["weights_sha256"]) == ["0", "9", "2"]
    lengths = shipped.epochs("kept", tmp_path)
    assert list(lengths["dsc_percent"]) == [70, 79, 72] and set(lengths["patient"]) == {"01"}
    about = shipped.about("kept", tmp_path)
    assert about["done_twice"] == [["default", 0, 0, True], ["default", 1, 0, False]]
    assert about["arms"] == {"default": {"cells": 3, "median_seconds": 2.0}}


def test_an_arm_that_the_study_lacked_stands_beside_the_others_in_order(tmp_path):
    shipping.keep(_sitting(tmp_path / "one", [0, 1], "seeds"), "kept", tmp_path)
    sittings.extend(_sitting(tmp_path / "two", [0, 1, 2], "control"), "kept", tmp_path)
    table = shipped.table("kept", tmp_path)
    assert list(table["arm"]) == ["control"] * 3 + ["seeds"] * 2
    counts = {arm: told["cells"] for arm, told in shipped.about("kept", tmp_path)["arms"].items()}
    assert counts == {"control": 3, "seeds": 2}


def test_repetitions_that_are_not_whole_are_counted_of_both_sittings(tmp_path):
    study = STUDY | {"protocol": STUDY["protocol"] | {"folds": 2}}
    for took, (place, half_done) in enumerate((("one", 1), ("two", 2))):
        trainings = [0] * (1 + half_done)  # of repetition 0 both folds, of the others one
        ledger = Ledger(_sitting(tmp_path / place, trainings, study=study, took=took))
        ledger.write(ledger.read("default", 0, 0) | {"fold": 1})
    shipping.keep(tmp_path / "one", "kept", tmp_path)
    sittings.extend(tmp_path / "two", "kept", tmp_path)
    about = shipped.about("kept", tmp_path)
    assert about["cells_left_out"] == 3
    assert about["left_out"] == {"default": {"cells": 3, "compared": 3, "alike": 3}}


def test_a_sitting_that_was_made_otherwise_is_refused_and_nothing_changes(tmp_path):
    shipping.keep(_sitting(tmp_path / "one", [0, 1]), "kept", tmp_path)
    before = shipped.table("kept", tmp_path)
    other = _sitting(tmp_path / "two", [0, 1, 2], study=STUDY | {"packages": {"keras": "4"}})
    with pytest.raises(InputError, match="kept was made otherwise .*keras.*: keep this apart"):
        sittings.extend(other, "kept", tmp_path)
    pd.testing.assert_frame_equal(shipped.table("kept", tmp_path), before)


def test_records_that_ship_already_are_not_taken_for_trainings_that_were_done_again(tmp_path):
    one = _sitting(tmp_path / "one", [0, 1])
    shipping.keep(one, "kept", tmp_path)
    later = _sitting(tmp_path / "two", [0, 1], took=5.0)
    for folder, known in ((one, 2), (later, None), (later, 2)):
        if known is None:
            sittings.extend(folder, "kept", tmp_path)
            continue
        with pytest.raises(
            InputError, match=f"{known} records of this folder ship in kept already"
        ):
            sittings.extend(folder, "kept", tmp_path)
    assert len(shipped.about("kept", tmp_path)["done_twice"]) == 2


def test_a_sitting_that_was_not_looked_at_by_epoch_is_kept_apart(tmp_path):
    shipping.keep(_sitting(tmp_path / "one", [0, 1]), "kept", tmp_path)
    blind = Ledger(tmp_path / "two")
    blind.open(STUDY)
    record = _record("default", 0, 0) | {"seconds": 2.0}
    blind.write({k: v for k, v in record.items() if k != "epochs_dsc_percent"})
    with pytest.raises(InputError, match="by epoch in one sitting alone"):
        sittings.extend(blind.folder, "kept", tmp_path)
