"""A second folder that delays, loses, damages and refuses: it converges and harms nothing."""

import errno
import os
import time
from pathlib import Path

import pytest

from helpers.errors import InputError
from helpers.study import mirror
from helpers.study.ledger import Ledger
from tests.study.test_ledger import record


@pytest.fixture
def ledger(tmp_path):
    """A study of 20 records."""
    ledger = Ledger(tmp_path / "local")
    ledger.open({"cores": 2})
    for fold in range(20):
        ledger.write(record(fold=fold))
    return ledger


def _content(folder):
    return {p.relative_to(folder): p.read_bytes() for p in mirror.records(folder)}


def test_all_records_come_over_and_back(ledger, tmp_path):
    there, back = tmp_path / "drive", tmp_path / "new"
    assert mirror.copy(ledger.folder, there) == mirror.Copied(21, 0, 0)
    assert mirror.copy(ledger.folder, there) == mirror.Copied(0, 21, 0)
    mirror.copy(there, back)
    assert Ledger(back).records() == ledger.records() and Ledger(back).study == ledger.study


def test_what_is_lost_or_damaged_there_is_written_again_and_nothing_deleted_here(ledger, tmp_path):
    there, before = tmp_path / "drive", _content(ledger.folder)
    mirror.copy(ledger.folder, there)
    (there / "control/000/03.json").unlink()
    (there / "control/000/04.json").write_bytes(b"half")
    (there / "control/000/99.json").write_bytes(b"from elsewhere")
    assert mirror.copy(ledger.folder, there) == mirror.Copied(2, 19, 0)
    assert (there / "control/000/99.json").exists()
    assert _content(ledger.folder) == before


def test_what_is_damaged_there_does_not_come_back(ledger, tmp_path):
    there, before = tmp_path / "drive", _content(ledger.folder)
    mirror.copy(ledger.folder, there)
    (there / "control/000/04.json").write_bytes(b"half")
    (there / "study.json").write_bytes(b"{")
    assert mirror.copy(there, ledger.folder) == mirror.Copied(0, 19, 2)
    assert _content(ledger.folder) == before


def test_a_valid_record_is_not_replaced_by_another(ledger, tmp_path):
    there = Ledger(tmp_path / "drive")
    there.open(ledger.study)
    there.write(record(fold=3, seconds=7.0))
    assert mirror.copy(ledger.folder, there.folder) == mirror.Copied(19, 1, 1)
    assert there.read("control", 0, 3) == record(fold=3, seconds=7.0)


def test_the_folder_of_another_study_is_left_alone(ledger, tmp_path, capsys):
    there = Ledger(tmp_path / "drive")
    there.open({"cores": 64})
    with mirror.Mirror(ledger.folder, there.folder):
        pass
    assert there.study == {"cores": 64} and not there.records()
    assert f"{there.folder} lacks 21 files" in capsys.readouterr().err


def test_what_a_folder_lists_of_itself_in_parts_converges(ledger, tmp_path, monkeypatch):
    back, calls, real = tmp_path / "new", [], mirror.records

    def partly(folder):
        calls.append(folder)
        return real(folder)[len(calls) % 2 :: 2]

    monkeypatch.setattr(mirror, "records", partly)
    for _ in range(2):
        mirror.copy(ledger.folder, back)
    assert Ledger(back).records() == ledger.records() and Ledger(back).study == ledger.study


def test_errors_are_counted_not_raised_and_the_next_pass_converges(ledger, tmp_path, monkeypatch):
    there, calls, real = tmp_path / "drive", [], mirror.atomic.write_bytes

    def moody(path, content):
        calls.append(path)
        if len(calls) % 3 == 0:
            raise InputError("Transport endpoint is not connected.")
        if len(calls) % 3 == 1:
            return real(path, content[: len(content) // 2])
        return real(path, content)

    monkeypatch.setattr(mirror.atomic, "write_bytes", moody)
    passes = 0
    while mirror.copy(ledger.folder, there).refused:
        passes += 1
        assert passes < 30
    assert _content(there) == _content(ledger.folder) and passes > 0


def test_a_folder_that_hangs_delays_the_end_by_the_limit_only(ledger, tmp_path, monkeypatch):
    monkeypatch.setattr(mirror.atomic, "write_bytes", lambda *_: time.sleep(30))
    started = time.monotonic()
    with mirror.Mirror(ledger.folder, tmp_path / "drive", limit=0.5) as copies:
        for _ in range(100):
            copies.update()
    assert time.monotonic() - started < 20  # a single write hangs for 30


def test_a_drive_that_is_full_loses_nothing_here_and_is_named(
    ledger, tmp_path, monkeypatch, capsys
):
    there, before, real = tmp_path / "drive", _content(ledger.folder), Path.write_bytes

    def full(path, content):
        if path.is_relative_to(there) and len(_content(there)) == 5:
            real(path, content[:10])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    with mirror.Mirror(ledger.folder, there):
        pass
    assert "drive lacks 16 files: the same command tries again." in capsys.readouterr().err
    assert _content(ledger.folder) == before and len(Ledger(there).records()) == 4
    assert not list(there.rglob("*.train-again"))


def test_records_come_over_while_the_study_runs(ledger, tmp_path):
    with mirror.Mirror(ledger.folder, tmp_path / "drive") as copies:
        copies.update(None, None)
        ledger.write(record(fold=20))
    assert len(Ledger(tmp_path / "drive").records()) == 21


def test_without_a_second_folder_nothing_happens(ledger):
    with mirror.Mirror(ledger.folder, None) as copies:
        copies.update()


def test_a_folder_that_cannot_be_made_is_no_error(ledger, tmp_path):
    (tmp_path / "file").touch()
    assert mirror.copy(ledger.folder, tmp_path / "file" / "drive") == mirror.Copied(0, 0, 21)


def test_a_slow_folder_gets_the_study_first_and_converges_in_passes_of_a_few_files(
    ledger, tmp_path, monkeypatch
):
    there, proved, clock = tmp_path / "drive", set(), iter(range(10**6))
    monkeypatch.setattr(mirror.time, "monotonic", lambda: next(clock))  # a second a file
    left = mirror.copy(ledger.folder, there, 3, proved).refused
    assert Ledger(there).study == ledger.study
    for _ in range(10):
        left = mirror.copy(ledger.folder, there, 3, proved).refused
    assert not left and _content(there) == _content(ledger.folder)
