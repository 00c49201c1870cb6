"""The ledger keeps what was written, refuses what was torn, and mixes nothing."""

import json

import pytest

from helpers.errors import InputError
from helpers.study.ledger import COLUMNS, Ledger


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
    assert list(table.columns) == COLUMNS
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
