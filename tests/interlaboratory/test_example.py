"""The example that ships: lines that were made, each with the fingerprint that it tells of."""

import dataclasses
import json
from importlib.resources import as_file, files

import pytest

from helpers import protocols
from helpers.interlaboratory import line, machine, room
from helpers.protocol import PAPER
from helpers.study import fingerprint, shipped

TABLE = shipped.measured("room")
PRINTS = shipped.about("room")


def test_there_are_a_dozen_machines_of_one_experiment_and_all_are_whole():
    found = room.of_text("\n".join(TABLE["line"]))
    assert len(found.lines) == len(TABLE) >= 12
    assert not found.damaged and not found.apart and not found.duplicates


@pytest.mark.parametrize("row", TABLE.itertuples(), ids=lambda row: row.stands_for)
def test_a_line_tells_what_its_fingerprint_says(row):
    prints = PRINTS[row.fingerprint_sha256]
    assert fingerprint.digest(prints) == row.fingerprint_sha256
    assert line.parsed(row.line).machine == machine.told(prints)
    assert line.parsed(row.line).arm("control").runs >= 2


def test_all_were_made_under_the_numbers_that_ship():
    with as_file(files("helpers.reference") / "room.toml") as path:
        numbers = json.loads(json.dumps(dataclasses.asdict(protocols.read(path))))
    usual = json.loads(json.dumps(dataclasses.asdict(PAPER)))
    for prints in PRINTS.values():  # a number that came later is what was always done
        assert prints["protocol"].items() <= numbers.items()
        assert all(numbers[k] == usual[k] for k in numbers.keys() - prints["protocol"].keys())


def test_the_kinds_of_machine_that_a_class_may_have_are_there():
    told = [line.parsed(text).machine for text in TABLE["line"]]
    assert {"3.11", "3.12", "3.13"} <= {one["python"].rpartition(".")[0] for one in told}
    frameworks = {one["framework"].partition("-")[0] for one in told}
    assert frameworks == {"tensorflow", "torch", "jax"}
    assert {"tensorflow-2.20.0", "tensorflow-2.21.0"} <= {one["framework"] for one in told}
    settings = " ".join(one["set"] for one in told)
    assert "AVX2" in settings and "SSE41" in settings and "TF_ENABLE_ONEDNN_OPTS:0" in settings
    assert {"1", "2"} <= {one["cores"] for one in told}
    assert "TF_NUM_INTRAOP_THREADS:4" in settings
