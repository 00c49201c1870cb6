"""The ledger keeps what was written, refuses what was torn, and mixes nothing."""

import json
import os
import random
import shutil

import pytest

from helpers import columns
from helpers.errors import InputError
from helpers.learning.arms import ARMS
from helpers.study import fingerprint
from helpers.study.ledger import Ledger


def record(arm="control", repetition=0, fold=0, **more):
    """A record of two patients."""
    dsc = {f"P{fold}A": 91.5, f"P{fold}B": 88.25}
    return {
        "arm": arm,
        "repetition": repetition,
        "fold": fold,
        "dsc_percent": dsc,
        "weights_sha256": f"{arm}{repetition}{fold}",
        **more,
    }


def test_what_was_written_is_read_back(tmp_path):
    ledger = Ledger(tmp_path)
    ledger.write(record(fold=3, seconds=1.25))
    assert ledger.read("control", 0, 3) == record(fold=3, seconds=1.25)
    assert ledger.read("control", 0, 4) is None


def test_the_table_has_one_row_a_patient_and_cell(tmp_path):
    ledger = Ledger(tmp_path)
    for repetition in range(2):
        for fold in range(3):
            ledger.write(record("seeds", repetition, fold))
    table = ledger.table()
    assert tuple(table.columns) == columns.NAMES
    assert len(table) == 2 * 3 * 2
    row = table[(table["repetition"] == 1) & (table["patient"] == "P2B")].iloc[0]
    assert (row["dsc_percent"], row["weights_sha256"]) == (88.25, "seeds12")


@pytest.mark.parametrize("keep", [0, 1, 20, 150, -3])
def test_a_torn_record_is_no_record(tmp_path, keep):
    ledger = Ledger(tmp_path)
    path = ledger.write(record())
    path.write_bytes(path.read_bytes()[:keep])
    assert ledger.read("control", 0, 0) is None
    assert ledger.records() == []


def test_a_record_with_a_changed_number_is_refused(tmp_path):
    ledger = Ledger(tmp_path)
    path = ledger.write(record())
    path.write_text(path.read_text().replace("88.25", "98.25"))
    assert ledger.read("control", 0, 0) is None


def test_a_record_under_another_cells_name_is_refused(tmp_path):
    ledger = Ledger(tmp_path)
    path = ledger.write(record())
    path.with_name("01.json").write_bytes(path.read_bytes())
    assert ledger.read("control", 0, 1) is None
    assert len(ledger.records()) == 1


def test_another_fingerprint_is_refused_and_what_changed_is_named(tmp_path):
    ledger = Ledger(tmp_path)
    ledger.open({"packages": {"keras": "3.15"}, "cores": 2})
    ledger.open({"packages": {"keras": "3.15"}, "cores": 2})
    with pytest.raises(InputError, match="keras.*3.15.*3.16"):
        ledger.open({"packages": {"keras": "3.16"}, "cores": 2})
    assert json.loads((tmp_path / "study.json").read_text())["packages"] == {"keras": "3.15"}


def test_what_a_killed_writer_left_is_swept_away_and_nothing_else(tmp_path):
    ledger = Ledger(tmp_path)
    path = ledger.write(record())
    path.with_name(".0123456789abcdef.train-again").write_bytes(b"half")
    (tmp_path / "kept").write_bytes(b"a person's")
    others = [".0a1b2c3d.01.json", ".mine.train-again", ".0123456789abcdef.train-again.json"]
    for name in others:
        path.with_name(name).write_bytes(b"somebody else's")
    path.with_name(".fedcba9876543210.train-again").symlink_to(tmp_path / "kept")
    ledger.open({"cores": 2})
    left = {p.name for p in path.parent.iterdir()}
    assert left == {"00.json", *others, ".fedcba9876543210.train-again"}
    assert (tmp_path / "kept").read_bytes() == b"a person's"


def test_a_folder_without_a_study_says_so(tmp_path):
    with pytest.raises(InputError, match="holds no study"):
        _ = Ledger(tmp_path).study


def test_a_disk_that_refuses_leaves_nothing_behind(tmp_path, monkeypatch):
    ledger = Ledger(tmp_path)
    ledger.write(record())

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("helpers.atomic.os.replace", full)
    with pytest.raises(InputError, match=r"01\.json.*No space left"):
        ledger.write(record(fold=1))
    assert [p.name for p in (tmp_path / "control" / "000").iterdir()] == ["00.json"]
    monkeypatch.undo()
    ledger.write(record(fold=1))
    assert len(ledger.records()) == 2


@pytest.mark.parametrize("call", ["open", "write_bytes", "fsync", "replace"])
@pytest.mark.parametrize("reason", [5, 28, 30], ids=["EIO", "ENOSPC", "EROFS"])
def test_an_error_at_any_step_of_a_write_is_one_sentence(tmp_path, monkeypatch, call, reason):
    ledger = Ledger(tmp_path)
    before = ledger.write(record()).read_bytes()

    def refuse(*_, **__):
        raise OSError(reason, os.strerror(reason))

    target = "pathlib.Path.write_bytes" if call == "write_bytes" else f"os.{call}"
    monkeypatch.setattr(target, refuse)
    with pytest.raises(InputError, match=f"(01.json|lock).*{os.strerror(reason)}"):
        ledger.write(record(fold=1))
    monkeypatch.undo()
    left = [p for p in tmp_path.rglob("*") if p.is_file() and p.name != ".lock"]
    assert [p.name for p in left] in (["00.json"], ["00.json", "01.json"], ["01.json", "00.json"])
    assert left[0].parent.joinpath("00.json").read_bytes() == before
    assert ledger.read("control", 0, 1) in (None, record(fold=1))


def test_a_record_that_is_there_is_never_overwritten(tmp_path):
    ledger = Ledger(tmp_path)
    path = ledger.write(record(seconds=1))
    before = path.read_bytes()
    ledger.write(record(seconds=1))
    assert ledger.duplicates() == []
    ledger.write(record(seconds=2))
    ledger.write(record(seconds=1) | {"weights_sha256": "another"})
    assert path.read_bytes() == before and len(ledger.records()) == 1
    assert sorted(same for _, same in ledger.duplicates()) == [False, True]


def _mutated(content, rng):
    """The bytes with one thing wrong: cut, emptied, a bit flipped, a byte gone, another format."""
    kind, place = rng.randrange(5), rng.randrange(len(content))
    if kind == 0:
        return content[:place]
    if kind == 1:
        return b""
    if kind == 2:
        return (
            content[:place] + bytes([content[place] ^ 1 << rng.randrange(8)]) + content[place + 1 :]
        )
    if kind == 3:
        return content[:place] + content[place + 1 :]
    return content.replace(b'"format": 1', b'"format": %d' % rng.randrange(2, 99))


def test_five_thousand_damaged_records_are_refused_or_say_the_same(tmp_path):
    rng = random.Random(6)
    ledger = Ledger(tmp_path)
    path = ledger.write(record(seconds=1.5))
    content, refused = path.read_bytes(), 0
    for _ in range(5000):
        path.write_bytes(_mutated(content, rng))
        found = ledger.read("control", 0, 0)
        assert found in (None, record(seconds=1.5))
        refused += found is None
    assert refused > 4500  # the rest lost white space only, and no number of theirs changed


def test_a_sound_record_of_another_format_or_with_a_part_missing_is_run_again(tmp_path):
    ledger = Ledger(tmp_path)
    for lacking in ("dsc_percent", "weights_sha256"):
        path = ledger.write({k: v for k, v in record().items() if k != lacking})
        assert ledger.read("control", 0, 0) is None
        path.unlink()


def test_a_record_of_another_fingerprint_is_missing_and_kept(tmp_path):
    ledger = Ledger(tmp_path)
    ledger.open({"cores": 2})
    own = fingerprint.digest({"cores": 2})
    ledger.write(record(fold=0, fingerprint_sha256=own))
    strange = Ledger(tmp_path / "other")
    strange.write(record(fold=1, fingerprint_sha256="of another machine"))
    shutil.copy(strange.folder / "control/000/01.json", tmp_path / "control/000/01.json")

    again = Ledger(tmp_path)
    assert again.read("control", 0, 1) is None and len(again.records()) == 1
    assert again.foreign() == strange.records()
    again.write(record(fold=1, fingerprint_sha256=own))
    assert len(again.records()) == 2 and again.foreign() == strange.records()
    assert not again.duplicates()


def test_a_record_of_an_arm_that_did_something_else_then_is_missing_and_kept(tmp_path):
    ledger, now = Ledger(tmp_path), ARMS["control"].record
    ledger.write(record(fold=0, behaviour=now))
    ledger.write(record(fold=1, behaviour=now | {"reorder": True}))
    assert ledger.read("control", 0, 1) is None and len(ledger.records()) == 1
    assert [r["fold"] for r in ledger.foreign()] == [1]
    ledger.write(record(fold=1, behaviour=now))
    assert len(ledger.records()) == 2 and len(ledger.foreign()) == 1


def test_a_missing_distance_is_no_number_and_the_column_stays_one_of_numbers(tmp_path):
    ledger = Ledger(tmp_path)
    ledger.write(record(hd95_mm={"P0A": 4.5}))
    table = ledger.table()
    assert table["hd95_mm"].dtype == "float64"
    assert table.set_index("patient")["hd95_mm"].isna().to_dict() == {"P0A": False, "P0B": True}


def test_a_record_under_another_name_than_its_own_counts_for_nothing(tmp_path):
    ledger = Ledger(tmp_path)
    path = ledger.write(record(fold=0))
    for name in ("0.json", "0².json", "000.json"):
        path.with_name(name).write_bytes(path.read_bytes())
    assert len(ledger.records()) == 1
