"""Two sittings of one study: each cell once, the later one's, and nothing made otherwise."""

import gzip

import pandas as pd
import pytest

from helpers.errors import InputError
from helpers.study import shipped, shipping, sittings
from helpers.study.ledger import Ledger

STUDY = {"protocol": {"name": "made up", "folds": 1, "judge_every": 1}, "packages": {"keras": "3"}}


def _sitting(folder, repetitions, arm="default", study=STUDY):
    """A study whose training number i has the DSC 80 + i / 7 and the weights "i"."""
    ledger = Ledger(folder)
    ledger.open(study)
    for number, text in enumerate(map(str, repetitions)):
        ledger.write(
            {
                "arm": arm,
                "repetition": number,
                "fold": 0,
                "dsc_percent": {"A": 80 + repetitions[number] / 7},
                "epochs_dsc_percent": {"A": [70 + repetitions[number]]},
                "epochs_loss": [0.5],
                "weights_sha256": text,
                "steps_sha256": [text],
                "epochs_sha256": [text],
                "seconds": 1.0 + number,
            }
        )
    return folder


def test_a_later_sitting_adds_what_lacked_and_says_what_it_did_again(tmp_path):
    shipping.keep(_sitting(tmp_path / "one", [0, 1, 2]), "kept", tmp_path)
    before = gzip.decompress((tmp_path / "kept.csv.gz").read_bytes()).decode().splitlines()
    sittings.extend(_sitting(tmp_path / "two", [0, 9]), "kept", tmp_path)
    after = gzip.decompress((tmp_path / "kept.csv.gz").read_bytes()).decode().splitlines()
    assert [a == b for a, b in zip(before, after, strict=True)] == [True, True, False, True]
    assert list(shipped.table("kept", tmp_path)["weights_sha256"]) == ["0", "9", "2"]
    assert list(shipped.epochs("kept", tmp_path)["dsc_percent"]) == [70, 79, 72]
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
    for place, lonely in (("one", 1), ("two", 2)):
        ledger = Ledger(_sitting(tmp_path / place, [0] * (1 + lonely), study=study))
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
