"""Nobody is named: twenty canaries go into a study, none comes out of the pipeline."""

import base64
import gzip
import io
import os
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pydicom
import pytest

from helpers.imaging.phantom import patient as phantom
from helpers.imaging.phantom import patient_files as phantom_files
from helpers.protocol import SMOKE

ROOT = Path(__file__).parent.parent
SMALL = replace(SMOKE, phantom_matrix=96, patients=2)
TAGS = {
    "PatientName": "Kanari01^Jane",
    "PatientBirthDate": "19471103",
    "PatientAddress": "Kanari03 Street 5",
    "PatientID": "KANARI04",
    "OtherPatientIDs": "KANARI05",
    "PatientComments": "kanari06 is anxious",
    "InstitutionName": "Kanari07 Hospital",
    "InstitutionAddress": "Kanari08 Square",
    "ReferringPhysicianName": "Kanari09^Doc",
    "PerformingPhysicianName": "Kanari10^Doc",
    "OperatorsName": "Kanari11^Op",
    "AccessionNumber": "KANARI12",
    "StudyDescription": "breast of Kanari13",
    "SeriesDescription": "dynamic of Kanari14",
    "ImageComments": "kanari15 moved",
    "StationName": "KANARI16",
    "StudyInstanceUID": "1.2.840.99999.1717171717",
    "PatientTelephoneNumbers": "+49 171 1818181",
}
PRIVATE = ("Kanari19 Systems", "Kanari20^Jane")  # the block's creator and a value in it
FILES = "kanari21"
CANARIES = (
    *(f"kanari{n:02d}" for n in range(1, 22) if n not in (2, 17, 18)),
    *("19471103", "1.2.840.99999.1717171717", "1818181"),
)

PIPELINE = """
import logging, sys, warnings
logging.basicConfig(level=logging.DEBUG)
warnings.simplefilter("always")
from dataclasses import replace
from pathlib import Path
import numpy as np
from helpers.__main__ import main
from helpers.errors import InputError
from helpers.imaging import cohort, dsc, extraction, cohort_folder
from helpers.protocol import SMOKE
from helpers.study.ledger import Ledger

folder, out = map(Path, sys.argv[1:])
small = replace(SMOKE, phantom_matrix=96, patients=4)
for name in ("one.nii", "two.nii.gz"):
    assert main(["extract", str(folder / "case0"), "--out", str(out / name)]) == 0
extraction.extract_cohort(cohort_folder.find(folder), out / "cohort", print, workers=1)
patients = cohort.load(small, folder)
ledger = Ledger(out / "study")
numbers = {"name": "smoke", "repetitions": 3, "folds": 1}
ledger.open({"protocol": numbers, "data_sha256": cohort.digest(patients)})
for repetition in range(3):
    ceilings = [dsc.round_trip_ceiling(p, small) for p in patients]
    run = np.random.default_rng(repetition).normal(size=len(patients))
    found = {p.patient: c - abs(e) for p, c, e in zip(patients, ceilings, run)}
    record = {"arm": "default", "repetition": repetition, "fold": 0, "dsc_percent": found}
    ledger.write(record | {"weights_sha256": str(repetition)})
assert main(["status", str(out / "study")]) == 0
assert main(["export", str(out / "study"), "--out", str(out / "all.csv")]) == 0
assert main(["report", str(out / "study"), "--out", str(out / "report")]) == 0
for damaged in sorted(folder.with_name("damaged").iterdir()):
    assert main(["extract", str(damaged), "--out", str(out / "never.nii")]) == 2, damaged
assert main(["run", "--data", str(folder.with_name("masks")), "--protocol", "smoke",
             "--out", str(out / "refused")]) == 2
for study in cohort_folder.find(folder.with_name("masks")):
    try:
        raise SystemExit(f"not refused: {study.read()}")
    except InputError as error:
        logging.exception(error)
"""


def plant(folder):
    """Write the canaries into the headers and the names of every file under ``folder``."""
    for number, path in enumerate(sorted(folder.rglob("*.dcm"))):
        image = pydicom.dcmread(path)
        for tag, value in TAGS.items():
            setattr(image, tag, value)
        image.private_block(0x0019, PRIVATE[0], create=True).add_new(1, "LO", PRIVATE[1])
        path.unlink()
        image.save_as(path.with_name(f"{FILES} {number:04d}.dcm"))
    for number, phase in enumerate(sorted(folder.glob("*[!n]"))):
        phase.rename(folder / f"{FILES} {number}")


def damage(case, folder):
    """Copies of a study that are damaged, each in its own way."""

    def copy(name):
        return sorted(shutil.copytree(case, folder / name).glob(f"{FILES} 0/*"))

    os.truncate(copy("cut")[3], 700)
    os.truncate(copy("short")[3], 5000)
    copy("missing")[3].unlink()
    for name, tag, value in [
        ("patients", "PatientID", "KANARI04b"),
        ("values", "PixelSpacing", ["1", "-1"]),
        ("studies", "StudyInstanceUID", "1.2.840.99999.1717171717.1"),
        ("series", "SeriesInstanceUID", "1.2.840.99999.1717171717.2"),
    ]:
        path = copy(name)[3]
        image = pydicom.dcmread(path)
        setattr(image, tag, value)
        image.save_as(path)


def damage_masks(case, folder):
    """Copies of a study whose segmentation does not belong to it."""
    for name, tag, value in [
        ("of", "PatientID", "KANARI04c"),
        ("space", "FrameOfReferenceUID", "1.2.840.99999.1717171717.3"),
        ("kind", "SegmentationType", "KANARI05"),
    ]:
        path = next(shutil.copytree(case, folder / name).glob("segmentation/*"))
        image = pydicom.dcmread(path)
        setattr(image, tag, value)
        image.save_as(path)


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """A folder with a cohort of four such studies, and damaged ones beside it."""
    place = tmp_path_factory.mktemp("planted")
    case = place / "studies" / "case0"
    phantom_files.write_patient(phantom.make_patient(0, SMALL), case)
    plant(case)
    for number in (1, 2, 3):
        shutil.copytree(case, case.with_name(f"case{number}"))
    damage(case, place / "damaged")
    damage_masks(case, place / "masks")
    return place


@pytest.fixture(scope="module")
def made(planted, tmp_path_factory):
    """What the pipeline made of the cohort: {name: bytes}, what it said among them."""
    out = tmp_path_factory.mktemp("out")
    environment = os.environ | {"PYTHONPATH": str(ROOT), "TRAIN_AGAIN_CACHE": str(out / "cache")}
    command = [sys.executable, "-c", PIPELINE, planted / "studies", out]
    done = subprocess.run(command, env=environment, capture_output=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:].decode()
    files = {p.relative_to(out).as_posix(): p.read_bytes() for p in out.rglob("*") if p.is_file()}
    return files | {"stdout": done.stdout, "stderr": done.stderr}


def layers(content):
    """The bytes, and the bytes packed inside: gzip, zip, and pictures in a page."""
    yield content
    if content[:2] == b"\x1f\x8b":
        yield from layers(gzip.decompress(content))
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for name in packed.namelist():
                yield from layers(name.encode() + packed.read(name))
    for found in re.findall(rb";base64,([A-Za-z0-9+/=]+)", content):
        yield from layers(base64.b64decode(found))


def canaries_in(content):
    """Which canaries the bytes hold, as plain text or as UTF-16, in any case."""
    lower = b"\n".join(layers(content)).lower()
    codes = ("utf-8", "utf-16-le", "utf-16-be")
    return [name for name in CANARIES if any(name.encode(code) in lower for code in codes)]


def test_all_canaries_are_in_what_goes_in(planted):
    files = (planted / "studies" / "case0").rglob("*")
    content = b"".join(p.name.encode() + p.read_bytes() for p in files if p.is_file())
    assert canaries_in(content) == list(CANARIES)
    assert len(CANARIES) >= 20


def test_the_search_looks_into_what_is_packed():
    text = "by Kanari07 Hospital"
    assert canaries_in(text.encode()) == canaries_in(text.encode("utf-16")) == ["kanari07"]
    assert canaries_in(gzip.compress(text.encode("utf-16-be"))) == ["kanari07"]
    page = b'<img src="data:image/png;base64,' + base64.b64encode(text.encode()) + b'">'
    assert canaries_in(page) == ["kanari07"]


def test_the_whole_pipeline_was_run(made):
    endings = {Path(name).suffix for name in made}
    assert endings >= {".nii", ".gz", ".json", ".csv", ".html", ".png", ".npy"}
    assert made["stderr"].count(b"\nerror: ") >= 8
    assert not [name for name in made if name.startswith(("never", "refused"))]


def test_no_canary_comes_out(made):
    found = {name: canaries_in(name.encode() + content) for name, content in made.items()}
    assert {name: canaries for name, canaries in found.items() if canaries} == {}
