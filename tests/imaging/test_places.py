"""What extract, the cache and the download write over nothing that they did not make."""

import hashlib
import json
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest

from helpers.errors import InputError
from helpers.imaging import cohort, kept_arrays, volumes
from helpers.imaging.public import download
from helpers.imaging.volumes import Volume
from helpers.protocol import SMOKE


def _volume(fill=1.0):
    data = np.full((4, 4, 3, 2), fill, "float32")
    return Volume(data, np.eye(4), np.array([0.0, 60.0]), "P", "")


def test_what_was_written_here_is_written_again(tmp_path):
    for fill in (1.0, 2.0):
        for name in ("a.nii", "b.nii.gz"):
            volumes.save_nifti(_volume(fill), tmp_path / name)
    assert nib.load(tmp_path / "a.nii").get_fdata()[0, 0, 0, 0] == 2
    assert nib.load(tmp_path / "b.nii.gz").get_fdata()[0, 0, 0, 0] == 2


@pytest.mark.parametrize("name", ["study.nii", "study.nii.gz"])
def test_a_nifti_of_somebody_elses_is_kept_and_named(tmp_path, name):
    nib.save(nib.Nifti1Image(np.ones((3, 3, 3)), np.eye(4)), tmp_path / name)
    before = (tmp_path / name).read_bytes()
    with pytest.raises(InputError, match=f"{name} is there and was not made by this"):
        volumes.save_nifti(_volume(), tmp_path / name)
    assert (tmp_path / name).read_bytes() == before and len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("content", ['{"protocol": {}}', "notes", "[]", ""])
def test_a_studys_fingerprint_is_no_sidecar_and_is_kept(tmp_path, content):
    """``--out FOLDER/study.nii.gz`` has its times in FOLDER/study.json: a study's is another."""
    (tmp_path / "study.json").write_text(content)
    with pytest.raises(InputError, match="study.json is there and was not made by this"):
        volumes.save_nifti(_volume(), tmp_path / "study.nii.gz")
    assert (tmp_path / "study.json").read_text() == content
    assert not (tmp_path / "study.nii.gz").exists()


def test_nothing_is_written_where_a_link_is(tmp_path):
    volumes.save_nifti(_volume(), tmp_path / "mine.nii")
    before = (tmp_path / "mine.nii").read_bytes()
    (tmp_path / "link.nii").symlink_to(tmp_path / "mine.nii")
    with pytest.raises(InputError, match="link.nii is there"):
        volumes.save_nifti(_volume(5), tmp_path / "link.nii")
    assert (tmp_path / "mine.nii").read_bytes() == before


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """The cache with two prepared phantoms, and what they are."""
    cache = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("TRAIN_AGAIN_CACHE", str(cache))
        small = _small()
        return cache, small, cohort.digest(cohort.load(small))


def _small():
    from dataclasses import replace

    return replace(SMOKE, phantom_matrix=64, phantom_slices=2, patients=2)


def _harm(kind, one, other):
    if kind == "torn":
        one.write_bytes(one.read_bytes()[:-100])
    elif kind == "another patient's":
        one.write_bytes(other.read_bytes())
    elif kind == "another patient's, and its digests":
        one.write_bytes(other.read_bytes())
        _digests(one).write_bytes(_digests(other).read_bytes())
    elif kind == "without digests":
        _digests(one).unlink()
    elif kind == "a digest of its own":
        one.write_bytes(other.read_bytes())
        told = {kept: hashlib.sha256(kept.read_bytes()).hexdigest() for kept in _arrays(one)}
        lines = [f"{kept.stem.split('-')[1]} {digest}" for kept, digest in told.items()]
        _digests(one).write_text("\n".join(lines))
    elif kind == "a digest that is no text":
        _digests(one).write_bytes(b"\xff")
    elif kind == "missing":
        one.unlink()
    else:
        one.unlink()
        one.symlink_to(other)


def _arrays(path):
    return sorted(path.parent.glob(f"{path.stem.split('-')[0]}-*.npy"))


def _digests(path):
    return path.with_name(f"{path.stem.split('-')[0]}.sha256")


@pytest.mark.parametrize("name", ["images", "masks", "truth", "labelled"])
@pytest.mark.parametrize(
    "kind",
    [
        "torn",
        "another patient's",
        "another patient's, and its digests",
        "without digests",
        "a digest of its own",
        "a digest that is no text",
        "missing",
        "a link",
    ],
)
def test_a_prepared_array_that_is_not_what_was_kept_is_made_anew(prepared, kind, name, monkeypatch):
    cache, small, digest = prepared
    monkeypatch.setenv("TRAIN_AGAIN_CACHE", str(cache))
    one, other = sorted((cache / "prepared").glob(f"*-{name}.npy"))
    kept = other.read_bytes()
    _harm(kind, one, other)
    assert cohort.digest(cohort.load(small)) == digest
    assert not one.is_symlink() and other.read_bytes() == kept


def test_what_is_kept_is_mapped_and_read_only_and_prepared_once(prepared, monkeypatch):
    cache, small, _ = prepared
    monkeypatch.setenv("TRAIN_AGAIN_CACHE", str(cache))
    monkeypatch.setattr(cohort.slices, "prepare", None)
    for patient in cohort.load(small):
        assert (patient.images.dtype, patient.masks.dtype) == ("float32", "uint8")
        for array in (patient.images, patient.masks, patient.truth, patient.labelled):
            assert isinstance(array.base, np.memmap) and not array.flags.writeable
            assert array.flags.c_contiguous


def test_pages_that_are_let_go_of_are_read_anew(tmp_path):
    made = {"a": np.arange(2**22, dtype="float32"), "b": np.arange(3)}
    kept_arrays.keep(made, tmp_path / "one")
    found = kept_arrays.kept(tmp_path / "one")
    before = _file_pages_mb()
    total = found["a"].sum()
    assert _file_pages_mb() - before > 14
    kept_arrays.let_go(*found.values(), made["a"], made["a"][1:])
    assert _file_pages_mb() - before < 2
    assert found["a"].sum() == total and (found["b"] == made["b"]).all()


def _file_pages_mb():
    """Mapped pages of files that this process holds."""
    status = Path("/proc/self/status")
    if not status.exists():
        pytest.skip("the system does not say what is mapped")
    lines = status.read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssFile")) / 1024


def test_the_digest_of_a_cohort_is_that_of_its_patients_before_they_were_kept(
    prepared, monkeypatch
):
    cache, small, digest = prepared
    monkeypatch.setenv("TRAIN_AGAIN_CACHE", str(cache))
    found = cohort.cohort_folder.find(cohort.make_phantom_cohort(small))
    made = [cohort.slices.prepare(*study.read(), small) for study in found]
    assert {p.masks.dtype for p in made} == {np.dtype("float32")}
    assert cohort.digest(made) == digest


def test_a_download_writes_and_deletes_through_no_link(tmp_path):
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "thesis.tex").write_text("three years")
    series = download.Series("P1", "pre_1", "u" * 8, "s3://b/u/", 1, 10)
    for link in (tmp_path / ".partial" / series.uuid, tmp_path / "P1"):
        link.parent.mkdir(exist_ok=True)
        link.symlink_to(tmp_path / "precious")
        with pytest.raises(InputError, match="is a link, and nothing is written through it"):
            download._lacking(tmp_path, series, {"1.dcm": 10}, lambda *_: None)
        link.unlink()
    assert (tmp_path / "precious" / "thesis.tex").read_text() == "three years"


def test_the_sidecar_tells_times_and_nothing_of_the_patient(tmp_path):
    volumes.save_nifti(_volume(), tmp_path / "a.nii")
    told = json.loads((tmp_path / "a.json").read_text())
    assert told["times_s"] == [0, 60] and "P" not in json.dumps(told["shape"])
