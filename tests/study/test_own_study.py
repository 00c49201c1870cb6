"""A notebook's study: no hours unasked, and a second place that gives back what it was given."""

from dataclasses import replace

import pytest

from helpers.errors import InputError
from helpers.protocol import DEMO, STUDY
from helpers.study import own_study
from helpers.study.ledger import Ledger

TWO = replace(DEMO, name="two", repetitions=2)
ARMS = ["control", "seeds"]


@pytest.fixture
def called(tmp_path, monkeypatch):
    """A home for the study, and what the runner was told instead of training."""
    told = []
    monkeypatch.setattr(own_study.runner, "home", lambda protocol: tmp_path / "home" / "study-1")
    monkeypatch.setattr(own_study.runner, "run", lambda *a, **k: told.append((a, k)) or "ledger")
    return told


def _record(folder, repetition=0, fold=0):
    ledger = Ledger(folder)
    ledger.open({"protocol": {"name": "two"}})
    dsc = {f"P{n}": 90.0 for n in range(4)}
    cell = {"arm": "control", "repetition": repetition, "fold": fold}
    ledger.write(cell | {"dsc_percent": dsc, "weights_sha256": "a"})


def test_a_few_trainings_start_unasked(called, tmp_path):
    assert own_study.run(TWO, ARMS) == "ledger"
    assert called == [
        ((TWO, ARMS, tmp_path / "home" / "study-1"), {"mirror": None, "keep_masks": False})
    ]


def test_hours_start_only_when_they_are_fine(called):
    with pytest.raises(InputError, match=r"^1,000 trainings .* [\d.]+ hours .*HOURS_ARE_FINE"):
        own_study.run(STUDY, ARMS)
    assert not called
    own_study.run(STUDY, ARMS, hours_are_fine=True)
    assert len(called) == 1


def test_what_is_done_is_not_asked_about(called, tmp_path, monkeypatch):
    monkeypatch.setattr(own_study, "FEW", 19)
    with pytest.raises(InputError, match="^20 trainings are left to do: tick"):
        own_study.run(TWO, ARMS)
    _record(tmp_path / "home" / "study-1")
    own_study.run(TWO, ARMS)
    assert len(called) == 1


def test_a_second_place_gives_back_what_a_lost_machine_had(called, tmp_path, capsys):
    drive = tmp_path / "drive"
    _record(drive / "study-1")
    own_study.run(TWO, ARMS, str(drive))
    assert called[0][1]["mirror"] == drive / "study-1"
    assert len(Ledger(tmp_path / "home" / "study-1").records()) == 1
    assert "2 files came back" in "".join(capsys.readouterr())


def test_a_second_place_that_is_not_there_is_named(called, tmp_path):
    with pytest.raises(InputError, match=r"gone is no folder here: mount or make it"):
        own_study.run(TWO, ARMS, str(tmp_path / "gone"))
    assert not called
