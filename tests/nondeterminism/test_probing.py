"""The table of probes as a command, its sentence, and the tables that ship."""

import json
from types import SimpleNamespace

import pandas as pd
import pytest

from helpers.commands import probe
from helpers.errors import InputError
from helpers.nondeterminism import probing
from helpers.protocol import SMOKE
from helpers.study import shipped

HERE = {
    "backend": "tensorflow",
    "packages": {"tensorflow-cpu": "2.21.0", "keras": "3.15"},
    "cpu": {"model": "Some CPU"},
    "cores": 2,
    "gpu": {"devices": ["NVIDIA T4, 550.54"], "libraries": {"nvidia-cudnn-cu12": "9.1"}},
}


def _found(device="CPU", loaded=False):
    frame = pd.DataFrame(
        {
            "probe": ["sum", "sum", "pooling", "sampling"],
            "distinct": [1, 3, 1, None],
            "runs": 20,
        }
    )
    return frame.assign(device=device, loaded=loaded, switches="default")


def test_the_sentence_says_what_parted_and_on_what():
    said = probing.sentence(_found(), HERE)
    assert said == (
        "1 of 3 probes parted in 20 runs, switches default, on tensorflow 2.21.0, CPU Some CPU, "
        "2 cores: sum (3 results)."
    )


def test_on_a_gpu_it_names_the_driver_and_cudnn():
    said = probing.sentence(_found("GPU", True), HERE)
    assert "other processes kept every core busy" in said
    assert "NVIDIA T4, 550.54 (name, driver), cuDNN 9.1" in said


def test_the_command_prints_and_writes_the_table(tmp_path, monkeypatch):
    monkeypatch.delenv("TRAIN_AGAIN_PROTOCOL", raising=False)
    monkeypatch.setattr("helpers.learning.switches.apply", lambda chosen: None)
    said, out = [], tmp_path / "table.csv"
    asked = SimpleNamespace(
        protocol="smoke", runs=2, busy=False, switches="default", only="bias", out=out
    )
    probe.do(asked, said.append)
    table = pd.read_csv(out)
    assert list(table.columns) == list(probing.COLUMNS)
    assert table["probe"].tolist() == ["bias, gradient"]
    assert "of 1 probes parted in 2 runs" in said[-1]
    prints = json.loads(out.with_suffix(".json").read_text())
    assert prints["protocol"]["name"] == "smoke"
    assert prints["backend"] == table["framework"][0]


def test_a_table_that_does_not_ship_is_named():
    with pytest.raises(InputError, match="nothing_such.csv"):
        shipped.measured("nothing_such")


def test_an_arm_that_does_not_exist_is_refused():
    with pytest.raises(InputError, match="no arm 'turbo'"):
        probing.table(SMOKE, 2, switches="turbo")
