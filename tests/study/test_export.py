"""What leaves a study comes back the same; what was changed on the way does not come back."""

import hashlib
import json
import shutil
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from helpers import columns
from helpers.errors import InputError
from helpers.protocol import SMOKE
from helpers.study import export, fingerprint, runner
from helpers.study.ledger import Ledger, sealed

ARMS = ["control", "seeds"]
CELLS = runner.cells(SMOKE, ARMS)
PRINTS = fingerprint.fingerprint(SMOKE, "cohort")


def record(cell, **more):
    """A record of two patients with numbers that need all their digits."""
    rng = np.random.default_rng([cell.repetition, cell.fold, len(cell.arm)])
    names = [f"P{cell.fold}A", f"P{cell.fold}B"]
    return vars(cell) | {
        "dsc_percent": dict(zip(names, rng.uniform(80, 100, 2).tolist(), strict=True)),
        "hd95_mm": {names[0]: float(rng.uniform(0, 30))},
        "weights_sha256": f"{cell}",
        "fingerprint_sha256": fingerprint.digest(PRINTS),
        **more,
    }


@pytest.fixture
def ledger(tmp_path):
    """Three cells of eight, one of them done twice."""
    ledger = Ledger(tmp_path / "study")
    ledger.open(PRINTS)
    for cell in CELLS[:3]:
        ledger.write(record(cell))
    ledger.write(record(CELLS[1], weights_sha256="another"))
    return ledger


@pytest.fixture
def exported(ledger, tmp_path):
    """study.json and the records of the ledger in a folder, as an export has them."""
    folder = tmp_path / "exported"
    folder.mkdir()
    shutil.copy(ledger.folder / "study.json", folder)
    (folder / export.RECORDS).write_bytes(export.lines(ledger))
    return folder


def _files(folder):
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*.json")}


def _bits(column):
    return column.to_numpy(np.float64).view(np.uint64)


def test_csv_and_parquet_hold_the_same_numbers_bit_for_bit(ledger, tmp_path):
    rows = [export.write_table(ledger.folder, tmp_path / f"t{e}") for e in export.TABLES]
    assert rows == [6, 6]
    wanted = ledger.table()
    text = pd.read_csv(tmp_path / "t.csv", float_precision="round_trip")
    binary = pd.read_parquet(tmp_path / "t.parquet")
    for found in (text, binary):
        assert tuple(found.columns) == columns.NAMES
        for name in ("dsc_percent", "hd95_mm"):
            assert (_bits(found[name]) == _bits(wanted[name])).all()
        for name in ("arm", "repetition", "fold", "patient", "weights_sha256"):
            assert found[name].tolist() == wanted[name].tolist()
    assert (text.dtypes == binary.dtypes).all()
    assert wanted["dsc_percent"].map(lambda dsc: len(repr(dsc))).min() > 14


def test_a_table_without_any_distance_has_the_same_types(tmp_path):
    ledger = Ledger(tmp_path)
    ledger.open(PRINTS)
    ledger.write({k: v for k, v in record(CELLS[0]).items() if k != "hd95_mm"})
    export.write_table(tmp_path, tmp_path / "t.parquet")
    assert pd.read_parquet(tmp_path / "t.parquet")["hd95_mm"].dtype == "float64"


def test_parquet_without_its_package_says_what_to_install(ledger, tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(InputError, match="pip install pyarrow"):
        export.write_table(ledger.folder, tmp_path / "t.parquet")
    assert not (tmp_path / "t.parquet").exists()


def test_an_unfinished_study_goes_on_elsewhere(ledger, exported, tmp_path):
    counts = export.restore(exported, tmp_path / "elsewhere")
    assert counts == export.Restored(written=4)
    other = Ledger(tmp_path / "elsewhere")
    assert _files(other.folder) == _files(ledger.folder)
    pd.testing.assert_frame_equal(other.table(), ledger.table())
    assert runner.missing(other, CELLS) == CELLS[3:]
    assert other.duplicates() == ledger.duplicates() != []
    other.open(PRINTS)  # as a run does before it goes on


def test_each_line_carries_the_sha256_of_its_record(exported):
    for line in (exported / export.RECORDS).read_text().splitlines():
        content = json.loads(line)
        said = content.pop("sha256")
        text = json.dumps(content, indent=1, sort_keys=True) + "\n"
        assert hashlib.sha256(text.encode()).hexdigest() == said


def test_what_is_there_stays_as_it_is(exported, tmp_path):
    other = Ledger(tmp_path / "other")
    other.open(PRINTS)
    own = record(CELLS[0], weights_sha256="own")
    path = other.write(own)
    before = path.read_bytes(), path.stat().st_mtime_ns
    assert export.restore(exported, other.folder) == export.Restored(written=4)
    assert export.restore(exported, other.folder) == export.Restored(there=4)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert other.read("control", 0, 0) == own
    assert len(other.duplicates()) == 2


def test_a_changed_record_does_not_come_back_and_its_cell_is_missing(exported, tmp_path):
    path = exported / export.RECORDS
    first, second, third, again = path.read_text().splitlines()
    dsc = json.loads(second)["dsc_percent"]["P1A"]
    path.write_text("\n".join([first[:50], second.replace(repr(dsc), "99.5"), third, again, ""]))
    assert export.restore(exported, tmp_path / "other") == export.Restored(written=2, refused=2)
    other = Ledger(tmp_path / "other")
    assert other.read("control", 0, 0) is None
    assert other.read("control", 0, 1)["weights_sha256"] == "another"


def _hostile():
    cell = SimpleNamespace(arm="control", repetition=0, fold=0)
    sound = record(cell)
    yield sound | {"arm": "../outside"}
    yield sound | {"arm": "/tmp/outside"}
    yield sound | {"arm": ".."}
    yield sound | {"arm": "a" * 300}
    yield sound | {"arm": 7}
    yield sound | {"repetition": "../0"}
    yield sound | {"repetition": -1}
    yield sound | {"repetition": 10**30}
    yield sound | {"fold": True}
    yield sound | {"fold": 0.5}
    yield sound | {"dsc_percent": [1]}
    yield sound | {"dsc_percent": {"P": "90"}}
    yield sound | {"dsc_percent": {"P": float("nan")}}
    yield sound | {"dsc_percent": {"P": 10**400}}
    yield sound | {"hd95_mm": {"P": -1.0}}
    yield sound | {"weights_sha256": {}}
    yield sound | {"fingerprint_sha256": "of another study"}


@pytest.mark.parametrize("number", range(17))
def test_a_well_sealed_record_that_is_none_writes_nothing(exported, tmp_path, number):
    hostile = list(_hostile())
    assert len(hostile) == 17
    line = json.dumps(sealed(hostile[number]))
    (exported / export.RECORDS).write_text(line + "\n")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(InputError, match="no record that is valid"):
        export.restore(exported, tmp_path / "other")
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("line", [b"\xff\xfe\x00", b"[" * 100_000, b"null", b"[]", b"7", b""])
def test_lines_that_are_no_records_are_refused(exported, tmp_path, line):
    content = (exported / export.RECORDS).read_bytes()
    (exported / export.RECORDS).write_bytes(content + line + b"\n")
    assert export.restore(exported, tmp_path / "other") == export.Restored(written=4, refused=1)


def test_another_study_is_not_mixed_in(exported, tmp_path):
    other = Ledger(tmp_path / "other")
    other.open(PRINTS | {"cores": 99})
    with pytest.raises(InputError, match="cores"):
        export.restore(exported, other.folder)
    assert other.records() == []


@pytest.mark.parametrize("study", ["[]", "{}", '{"protocol": 1}', "{"])
def test_an_export_without_its_fingerprint_is_refused(exported, tmp_path, study):
    (exported / "study.json").write_text(study)
    with pytest.raises(InputError):
        export.restore(exported, tmp_path / "other")
    assert not (tmp_path / "other").exists()


def test_an_export_is_not_restored_into_itself_nor_from_nothing(exported, tmp_path):
    with pytest.raises(InputError, match="itself an exported study"):
        export.restore(exported, exported)
    (exported / export.RECORDS).unlink()
    with pytest.raises(InputError, match="cannot be read"):
        export.restore(exported, tmp_path / "other")
