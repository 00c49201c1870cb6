"""A crate says what is in it, reads back with the library, and replaces nothing but a crate."""

import hashlib
import io
import json
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers import ours
from helpers.columns import COLUMNS, NAMES
from helpers.display import crate, report
from helpers.errors import InputError
from helpers.study import export, kept_masks
from helpers.study.ledger import Ledger
from helpers.study.missing_cells import Cell
from tests.study.test_kept_masks import with_masks

pytest.importorskip("rocrate", reason="the package rocrate is not installed")
pytest.importorskip("pyarrow", reason="the package pyarrow is not installed")

# The terms of RO-Crate 1.1 that a crate of a study uses, and no other
# (https://w3id.org/ro/crate/1.1/context, version 1.1.0).
TERMS = """CreateAction CreativeWork Dataset Organization Person PropertyValue SoftwareApplication
about agent author contentSize datePublished description encodingFormat hasPart identifier
instrument license mentions name object publisher result softwareRequirements unitText url
variableMeasured version"""
CONTEXT = {term: f"http://schema.org/{term}" for term in TERMS.split()} | {
    "File": "http://schema.org/MediaObject",
    "conformsTo": "http://purl.org/dc/terms/conformsTo",
}
CACHE = """
import io, sys
import requests
from requests_cache import CachedSession
from urllib3 import HTTPResponse

class Given(requests.adapters.BaseAdapter):
    def send(self, request, **_):
        answer = requests.Response()
        answer.status_code, answer.url, answer.request = 200, request.url, request
        answer.headers["Content-Type"] = "application/ld+json"
        body = io.BytesIO(sys.argv[2].encode())
        answer.raw = HTTPResponse(
            body, status=200, preload_content=False, request_url=request.url
        )
        return answer

    def close(self):
        pass

with CachedSession(sys.argv[1], backend="sqlite", expire_after=-1) as session:
    session.mount("https://", Given())
    session.get("https://w3id.org/ro/crate/1.1/context")
"""


def _study(folder, cells=8):
    ledger = Ledger(folder)
    ledger.open(
        {
            "protocol": {"name": "demo", "repetitions": 2, "folds": 2},
            "packages": {"keras": "3.15.1", "numpy": "2.4.6"},
            "data_sha256": "d" * 64,
            "code_sha256": "c" * 64,
        }
    )
    for number, (arm, repetition, fold) in enumerate(np.ndindex(2, 2, 2)):
        rng = np.random.default_rng([arm and number, fold])
        names = [f"P{fold}{i}" for i in range(5)]
        if number < cells:
            ledger.write(
                {
                    "arm": ("control", "seeds")[arm],
                    "repetition": repetition,
                    "fold": fold,
                    "dsc_percent": dict(zip(names, rng.uniform(80, 99, 5).tolist(), strict=True)),
                    "hd95_mm": {names[0]: 2.5},
                    "weights_sha256": f"{arm and number}-{fold}",
                }
            )
    return folder


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return _study(tmp_path_factory.mktemp("studies") / "mine")


@pytest.fixture(scope="module")
def whole(study, tmp_path_factory):
    """A crate of the study."""
    folder = tmp_path_factory.mktemp("crates") / "crate"
    crate.write(study, folder)
    return folder


@pytest.fixture
def quick(monkeypatch):
    """A report of one file, for tests that look at something else."""
    monkeypatch.setattr(report, "contents", lambda *_: {"summary.json": b"{}"})


def _loaded(folder):
    from rocrate.rocrate import ROCrate

    return ROCrate(folder)


def _files(folder):
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def test_the_library_reads_it_back_and_the_table_is_the_same(whole, study):
    loaded, wanted = _loaded(whole), Ledger(study).table()
    binary = pd.read_parquet(whole / loaded.get("table.parquet").id)
    text = pd.read_csv(whole / loaded.get("table.csv").id, float_precision="round_trip")
    for found in (binary, text):
        pd.testing.assert_frame_equal(found, wanted, check_exact=True, check_dtype=False)


def test_each_file_is_listed_with_its_size_and_its_sha256(whole):
    listed = {entity.id: entity for entity in _loaded(whole).get_by_type("File")}
    assert listed.keys() == _files(whole) - {"ro-crate-metadata.json", ours.MANIFEST}
    for name, entity in listed.items():
        content = (whole / name).read_bytes()
        assert entity["sha256"] == hashlib.sha256(content).hexdigest()
        assert int(entity["contentSize"]) == len(content)
        assert entity["description"] and entity["encodingFormat"]


def test_it_says_who_what_when_and_by_which_software(whole):
    loaded = _loaded(whole)
    root = loaded.root_dataset
    assert "demo" in loaded.name and "8 trainings" in loaded.description
    assert root["license"].id == "https://spdx.org/licenses/MIT"
    assert root["author"]["name"] == "The train-again maintainers"
    assert root["datePublished"][:2] == "20"
    assert [c["name"] for c in root["variableMeasured"]] == list(NAMES)
    assert all(c["description"] for c in root["variableMeasured"])
    units = {c.name: c.unit or None for c in COLUMNS}
    assert {c["name"]: c.get("unitText") for c in root["variableMeasured"]} == units
    run = root["mentions"]
    assert run.type == "CreateAction"
    software = run["instrument"]
    assert software["name"] == "train-again" and software["version"] == "0.1.0"
    assert [p["name"] for p in software["softwareRequirements"]] == ["keras", "numpy"]
    assert {r.id for r in run["result"]} == {"records.jsonl", "table.parquet", "table.csv"}
    assert run["object"][0]["identifier"] == "sha256:" + "d" * 64


def test_the_report_in_it_is_the_one_of_the_study(whole, study):
    made = report.contents(study, 0.5)
    assert {f"report/{name}" for name in made} <= _files(whole)
    for name in ("summary.json", "index.html", "runs.png"):
        assert (whole / "report" / name).read_bytes() == made[name]


def test_digests_of_the_data_are_those_of_the_files(whole):
    found = json.loads((whole / "data_digests.json").read_text())
    manifest = Path("helpers/reference/data_manifest.csv").read_bytes()
    assert found["data_manifest.csv"] == hashlib.sha256(manifest).hexdigest()
    assert found["data_sha256"] == "d" * 64


def test_the_records_in_it_make_the_study_again(whole, study, tmp_path):
    assert export.restore(whole, tmp_path / "again") == export.Restored(written=8)
    pd.testing.assert_frame_equal(Ledger(tmp_path / "again").table(), Ledger(study).table())


def test_kept_masks_are_in_it_by_their_digests_and_come_back(quick, tmp_path):
    source, folder = _study(tmp_path / "mine", cells=3), tmp_path / "crate"
    made, content, drawn = with_masks(Cell("seeds", 1, 1))
    del made["fingerprint_sha256"]
    Ledger(source).write(made, content)
    crate.write(source, folder, licence="MIT")
    listed = {entity.id: entity for entity in _loaded(folder).get_by_type("File")}
    assert listed["masks.jsonl"]["description"] and "masks.jsonl" in {
        result.id for result in _loaded(folder).root_dataset["mentions"]["result"]
    }
    assert (folder / "masks.jsonl").read_bytes() == content
    assert "packed by zlib" in (folder / "README.md").read_text()
    assert export.restore(folder, tmp_path / "again") == export.Restored(written=4)
    back = kept_masks.read(tmp_path / "again", Ledger(tmp_path / "again").read("seeds", 1, 1))
    assert all(np.array_equal(back[name], mask) for name, mask in drawn.items())


@pytest.mark.parametrize("cohort", ["hippocampus", "phantom"])
def test_masks_go_out_under_a_licence_that_was_chosen(cohort, quick, tmp_path):
    ledger, made = Ledger(tmp_path / "mine"), with_masks(Cell("seeds", 0, 0))
    ledger.open({"protocol": {"name": "mine", "cohort": cohort}})
    ledger.write({k: v for k, v in made[0].items() if k != "fingerprint_sha256"}, made[1])
    with pytest.raises(InputError, match="keeps masks.*--licence, CC-BY-SA-4.0"):
        crate.write(ledger.folder, tmp_path / "crate")
    assert not (tmp_path / "crate").exists()
    crate.write(ledger.folder, tmp_path / "crate", licence="CC-BY-SA-4.0")
    assert (tmp_path / "crate" / "masks.jsonl").read_bytes() == made[1]


def test_a_crate_without_masks_says_nothing_of_them(whole):
    assert not (whole / "masks.jsonl").exists()
    assert "masks" not in (whole / "README.md").read_text()


def test_a_person_may_be_the_author_under_a_licence_of_their_own(quick, study, tmp_path):
    crate.write(study, tmp_path / "c", author="Ada Lovelace", licence="CC-BY-4.0")
    root = _loaded(tmp_path / "c").root_dataset
    assert (root["author"].type, root["author"]["name"]) == ("Person", "Ada Lovelace")
    assert root["license"].id.endswith("/CC-BY-4.0")
    assert "CC-BY-4.0" in (tmp_path / "c" / "README.md").read_text()


@pytest.mark.parametrize("licence", ["../x", "two words", ""])
def test_a_licence_that_is_no_identifier_is_refused(study, tmp_path, licence):
    with pytest.raises(InputError, match="SPDX"):
        crate.write(study, tmp_path / "c", licence=licence)


def test_an_unfinished_study_has_a_crate_too_and_an_empty_one_has_none(tmp_path):
    crate.write(_study(tmp_path / "three", cells=3), tmp_path / "c")
    assert "3 trainings" in _loaded(tmp_path / "c").description
    with pytest.raises(InputError, match="no record yet"):
        crate.write(_study(tmp_path / "none", cells=0), tmp_path / "d")
    assert not (tmp_path / "d").exists()


def test_a_study_that_no_report_can_be_made_of_says_so_in_the_readme(study, tmp_path, monkeypatch):
    def refuse(*_):
        raise InputError("a reason.")

    monkeypatch.setattr(crate.report, "contents", refuse)
    crate.write(study, tmp_path / "c")
    assert "There is no report: a reason." in (tmp_path / "c" / "README.md").read_text()
    assert not (tmp_path / "c" / "report").exists()


def test_a_crate_made_again_replaces_the_old_one_and_leaves_nothing_beside(quick, study, tmp_path):
    growing = _study(tmp_path / "studies" / "growing", cells=3)
    crate.write(growing, tmp_path / "crates" / "c")
    _study(growing, cells=5)
    crate.write(growing, tmp_path / "crates" / ".." / "crates" / "c")
    assert "5 trainings" in _loaded(tmp_path / "crates" / "c").description
    with pytest.raises(InputError, match="something else .*: the crate of growing"):
        crate.write(study, tmp_path / "crates" / "c")
    assert "5 trainings" in _loaded(tmp_path / "crates" / "c").description
    assert [p.name for p in (tmp_path / "crates").iterdir()] == ["c"]


@pytest.mark.parametrize("held", ["notes.txt", "ro-crate-metadata.json", "report/notes.txt"])
def test_a_folder_with_something_else_in_it_is_left_alone(quick, study, whole, tmp_path, held):
    folder = tmp_path / "c"
    if held != "ro-crate-metadata.json":
        shutil.copytree(whole, folder)
    (folder / held).parent.mkdir(exist_ok=True, parents=True)
    (folder / held).write_text('{"@graph": [{"@id": "ro-crate-metadata.json"}]}')
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    with pytest.raises(InputError, match="something else"):
        crate.write(study, folder)
    assert {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()} == before


def test_a_study_is_never_replaced_by_its_crate(quick, tmp_path):
    folder = _study(tmp_path / "mine", cells=3)
    with pytest.raises(InputError, match="something else"):
        crate.write(folder, folder)
    assert len(Ledger(folder).records()) == 3


def test_a_disk_that_refuses_leaves_the_old_crate(quick, tmp_path, monkeypatch):
    growing = _study(tmp_path / "growing", cells=3)
    crate.write(growing, tmp_path / "c")
    _study(growing)

    def refuse(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(ours.atomic, "sync", refuse)
    with pytest.raises(InputError, match="No space left"):
        crate.write(growing, tmp_path / "c")
    assert "3 trainings" in _loaded(tmp_path / "c").description
    assert sorted(p.name for p in tmp_path.iterdir()) == ["c", "growing"]


def test_a_missing_library_is_named(study, tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "rocrate", None)
    with pytest.raises(InputError, match="pip install rocrate pyarrow"):
        crate.write(study, tmp_path / "c")
    assert not (tmp_path / "c").exists()


@pytest.mark.parametrize("author", [None, "Ada Lovelace"])
def test_the_validator_finds_all_that_ro_crate_requires(quick, study, tmp_path, author):
    """rocrate-validator, without the network: it is given the terms that RO-Crate 1.1 has."""
    validator = shutil.which("rocrate-validator")
    if validator is None:
        pytest.skip("rocrate-validator is not on PATH: pip install roc-validator somewhere")
    crate.write(study, tmp_path / "c", author=author)
    python = Path(validator).parent / "python"
    given = json.dumps({"@context": CONTEXT})
    subprocess.run([python, "-c", CACHE, tmp_path / "cache", given], check=True)
    done = subprocess.run(
        [validator, "-y", "validate", "--profile-identifier", "ro-crate-1.1", "--offline"]
        + ["--cache-path", tmp_path / "cache", "--no-paging", "--output-format", "json"]
        + ["--requirement-severity", "required", tmp_path / "c"],
        capture_output=True,
        text=True,
        env=os.environ | {"HOME": str(tmp_path)},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.load(io.StringIO(done.stdout))["passed"] is True
