"""What lies in a folder is taken, recognised as something else, or refused: nothing vanishes."""

import bz2
import copy
import gzip
import io
import lzma
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import pytest

from helpers.errors import InputError
from helpers.imaging import cohort, cohort_folder
from helpers.imaging.files import files_under
from helpers.imaging.masks import read_mask
from helpers.imaging.volumes import read_dicom, read_nifti, save_nifti

APPLE = b"\0\5\x16\7\0\2\0\0Mac OS X        " + bytes(100)


@pytest.fixture
def phases(tiny_images, save_images, tmp_path):
    """The tiny study, one folder a phase."""
    for phase in range(3):
        save_images(tiny_images[4 * phase : 4 * phase + 4], f"phase{phase}")
    study = tmp_path / "study"
    study.mkdir()
    for phase in range(3):
        (tmp_path / f"phase{phase}").rename(study / f"phase{phase}")
    return study


@pytest.fixture
def truth(phases):
    return read_dicom(phases).data


def phase_by_a_link(study):
    (study / "phase1").rename(study.with_name("elsewhere"))
    (study / "phase1").symlink_to(study.with_name("elsewhere"))


def files_by_links(study):
    shutil.copytree(study / "phase1", study.with_name("elsewhere"))
    for path in (study / "phase1").iterdir():
        path.unlink()
        path.symlink_to(study.with_name("elsewhere") / path.name)


def link_to_a_link(study):
    phase_by_a_link(study)
    (study / "phase1").rename(study / "again")
    (study / "phase1").symlink_to(study / "again")


def link_to_the_study(study):
    (study / "phase1" / "back").symlink_to(study)


def link_to_what_holds_the_study(study):
    shutil.copytree(study, study.with_name("other"))
    (study / "phase1" / "up").symlink_to(study.parent)


def two_links_to_each_other(study):
    for name, other in (("a", "b"), ("b", "a")):
        (study / name).mkdir()
        (study / name / "over").symlink_to(study / other)


def link_to_a_phase(study):
    (study / "again").symlink_to(study / "phase2")


def hidden_folder(study):
    (study / "phase1").rename(study / ".phase1")


def left_by_macos(study):
    for path in list(study.rglob("*.dcm")):
        path.with_name(f"._{path.name}").write_bytes(APPLE)
    (study / "__MACOSX" / "phase0").mkdir(parents=True)
    (study / "__MACOSX" / "phase0" / "1.dcm").write_bytes(APPLE)
    (study / ".DS_Store").write_bytes(b"\0\0\0\1Bud1")
    (study / "._empty.dcm").touch()


def left_by_others(study):
    (study / "Thumbs.db").write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))
    (study / "desktop.ini").touch()
    (study / "dicomdir").write_bytes(bytes(128) + b"DICM" + bytes(20))
    (study / ".#notes").symlink_to("someone@nowhere.1234")
    (study / "notes.txt").write_text("left breast")
    (study / "report.pdf").write_bytes(b"%PDF-1.4" + bytes(300))
    os.mkfifo(study / "pipe")


def packed_of_another_kind(study):
    with gzip.open(study / "mask.nii.gz", "wb") as file:
        file.write(b"\x5c\x01\0\0" + bytes(400))
    with zipfile.ZipFile(study / "report.docx", "w") as archive:
        archive.writestr("[Content_Types].xml", "<xml/>")
        archive.writestr("word/document.xml", "<xml/>" * 100)
    np.savez(study / "numbers.npz", voxels=np.zeros(9))
    (study / "raw.img").write_bytes(bytes(400) + b"\1" + bytes(9))


RIGHT = [
    *(phase_by_a_link, files_by_links, link_to_a_link, link_to_the_study, hidden_folder),
    *(link_to_what_holds_the_study, two_links_to_each_other, link_to_a_phase),
    *(left_by_macos, left_by_others, packed_of_another_kind),
]


@pytest.mark.parametrize("change", RIGHT, ids=lambda change: change.__name__)
def test_every_phase_is_there_with(change, phases, truth):
    change(phases)
    volume = read_dicom(phases)
    assert np.array_equal(volume.data, truth)
    assert np.allclose(volume.times, [0, 60, 120])


def test_a_study_that_is_a_link_itself_is_read(phases, truth):
    phases.with_name("link").symlink_to(phases)
    assert np.array_equal(read_dicom(phases.with_name("link")).data, truth)


@pytest.mark.filterwarnings("ignore:.*there twice")
def test_a_file_linked_twice_is_one_image(phases, truth):
    path = next((phases / "phase1").iterdir())
    (phases / "again.dcm").symlink_to(path)
    os.link(path, phases / "hard.dcm")
    assert np.array_equal(read_dicom(phases).data, truth)


def test_the_study_copied_into_itself_is_one_study(phases, truth):
    shutil.copytree(phases, phases / "copy")
    with pytest.warns(UserWarning, match="the same images are there twice"):
        assert np.array_equal(read_dicom(phases).data, truth)


def each_file(study, change):
    for path in list((study / "phase1").iterdir()):
        content = path.read_bytes()
        path.unlink()
        change(path, content)


def packed_by(opener, ending):
    def change(study):
        def pack(path, content):
            with opener(path.with_name(path.name + ending), "wb") as file:
                file.write(content)

        each_file(study, pack)

    return change


def packed_without_a_name(study):
    each_file(study, lambda path, content: path.with_suffix("").write_bytes(gzip.compress(content)))


def zipped(study):
    shutil.make_archive(study / "phase1", "zip", study / "phase1")
    shutil.rmtree(study / "phase1")


def zip_in_a_zip(study):
    zipped(study)
    with zipfile.ZipFile(study / "outer.zip", "w") as archive:
        archive.write(study / "phase1.zip")
    (study / "phase1.zip").unlink()


def tarred(kind):
    def change(study):
        shutil.make_archive(study / "phase1", kind, study / "phase1")
        shutil.rmtree(study / "phase1")

    return change


def sealed(start):
    def change(study):
        (study / "phase1.any").write_bytes(start + bytes(300))

    return change


def locked_zip(study):
    zipped(study)
    content = bytearray((study / "phase1.zip").read_bytes())
    for mark, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):  # the bit that says encrypted
        at = content.find(mark)
        while at >= 0:
            content[at + place] |= 1
            at = content.find(mark, at + 4)
    (study / "phase1.zip").write_bytes(content)


def cut_off(study):
    packed = gzip.compress(next((study / "phase1").iterdir()).read_bytes())
    (study / "cut.gz").write_bytes(packed[:40])


def without_preamble(study):
    each_file(study, lambda path, content: path.with_suffix("").write_bytes(content[132:]))


def without_preamble_and_meta(study):
    def strip(path, content):
        path.with_suffix("").write_bytes(content[content.index(b"\x08\0\x16\0UI") :])

    each_file(study, strip)


def without_a_modality(study):
    import pydicom

    for path in (study / "phase1").iterdir():
        image = pydicom.dcmread(path)
        del image.Modality, image.SOPClassUID
        image.save_as(path, enforce_file_format=False)


REFUSED = {
    "an empty file": (lambda s: (s / "phase1" / "0009.dcm").touch(), "a file in it is empty"),
    "an empty file without an ending": (lambda s: (s / "IM0001").touch(), "a file in it is empty"),
    "a file of zeros": (lambda s: (s / "IM1").write_bytes(bytes(5000)), "nothing but zeros"),
    "a file cut off in its preamble": (lambda s: (s / "IM1").write_bytes(bytes(90)), "but zeros"),
    "a link that points nowhere": (
        lambda s: (s / "phase3").symlink_to(s / "nowhere"),
        "a link in it points nowhere",
    ),
    "a link to itself": (lambda s: (s / "self").symlink_to(s / "self"), "points nowhere"),
    "another file named like DICOM": (lambda s: (s / "x.dcm").write_text("no"), "named like"),
    "files packed by gzip": (packed_by(gzip.open, ".gz"), "packed file in it holds DICOM"),
    "files packed by bzip2": (packed_by(bz2.open, ".bz2"), "packed file in it holds DICOM"),
    "files packed by xz": (packed_by(lzma.open, ".xz"), "packed file in it holds DICOM"),
    "files packed without a name for it": (packed_without_a_name, "packed file in it holds DICOM"),
    "a phase in a zip": (zipped, "packed file in it holds DICOM"),
    "a phase in a zip in a zip": (zip_in_a_zip, "packed file in it holds DICOM, or may"),
    "a phase in a tar": (tarred("tar"), "packed file in it holds DICOM"),
    "a phase in a packed tar": (tarred("gztar"), "packed file in it holds DICOM"),
    "a 7z": (sealed(b"7z\xbc\xaf\x27\x1c"), "packed file in it holds DICOM, or may"),
    "a rar": (sealed(b"Rar!\x1a\7\0"), "packed file in it holds DICOM, or may"),
    "a zst": (sealed(b"\x28\xb5\x2f\xfd"), "packed file in it holds DICOM, or may"),
    "a zip with a password": (locked_zip, "cannot be unpacked"),
    "a packed file that is cut off": (cut_off, "cannot be unpacked"),
    "DICOM without its preamble": (without_preamble, "lacks its preamble"),
    "DICOM without preamble and meta": (without_preamble_and_meta, "lacks its preamble"),
    "a pointer to a file in Git LFS": (
        lambda s: (s / "IM1").write_text(
            "version https://git-lfs.github.com/spec/v1\noid sha256:0"
        ),
        "stands for one that lies elsewhere",
    ),
    "a file that a cloud keeps": (
        lambda s: (s / ".1-001.dcm.icloud").write_bytes(b"bplist00"),
        "stands for one that lies elsewhere",
    ),
    "DICOM that says no modality": (without_a_modality, "does not say its modality"),
}


@pytest.mark.parametrize(("change", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_a_study_is_refused_with(change, reason, phases):
    change(phases)
    with pytest.raises(InputError, match=reason) as caught:
        read_dicom(phases)
    assert str(caught.value).startswith(str(phases))
    assert str(caught.value).count(str(phases)) == 1


def test_images_that_lost_their_modality_are_known_by_their_class(
    tiny_images, save_images, phases, truth
):
    for image in tiny_images[4:8]:
        del image.Modality
    assert np.array_equal(read_dicom(save_images(tiny_images, "lost")).data, truth)


READ = """
import os, sys
from pathlib import Path
from helpers.errors import InputError
from helpers.imaging import cohort, cohort_folder, volumes, masks
name, path = sys.argv[1], Path(sys.argv[2])
read = {"dicom": volumes.read_dicom, "nifti": volumes.read_nifti, "find": cohort_folder.find,
        "mask": lambda path: masks.read_mask(path, None)}[name]
for rights in ("root's", "nobody's"):
    try:
        told = f"read: {read(path)}"
    except InputError as error:
        told = str(error)
    if rights == "root's":
        os.setgid(65534), os.setuid(65534)
print(told)
"""


def as_nobody(*arguments):
    """What reading comes to in a process without root's rights."""
    command = [sys.executable, "-c", READ, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def nobodys(phases):
    """The study in a folder that a process without rights can go into."""
    if os.geteuid() != 0:
        pytest.skip("only root can give up its rights")
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        yield shutil.copytree(phases, Path(place) / "study")


def test_a_study_inside_a_locked_folder_is_called_so(nobodys):
    nobodys.chmod(0)
    for name, inside in (("dicom", ""), ("find", ""), ("nifti", "own.nii"), ("mask", "own.nii")):
        assert "permission denied" in as_nobody(name, nobodys / "phase1" / inside), name


@pytest.mark.parametrize("what", ["phase1", "phase1/0000.dcm", "."])
def test_what_is_locked_is_called_so(what, nobodys):
    (nobodys / what).chmod(0)
    told = as_nobody("dicom", nobodys)
    assert "cannot be read (permission denied)" in told and "damaged" not in told
    assert str(nobodys) in told and "0000" not in told


@pytest.mark.parametrize("name", ["own.nii", "own.nii.gz", "own.nrrd", "own.dcm"])
def test_a_locked_image_or_mask_is_called_so(name, nobodys):
    (nobodys / name).write_bytes(b"anything")
    (nobodys / name).chmod(0)
    for reader in {"nifti" if ".nii" in name else "mask", "mask"}:
        told = as_nobody(reader, nobodys / name)
        assert "permission denied" in told and name in told


def test_a_locked_list_and_a_locked_patient_are_called_so(nobodys):
    (nobodys / "phase0").chmod(0)
    assert "phase0: a folder in it cannot be read (permission denied)" in as_nobody("find", nobodys)
    (nobodys / "cohort.csv").write_text("patient,image,mask\n")
    (nobodys / "cohort.csv").chmod(0)
    assert "cohort.csv cannot be read (permission denied)" in as_nobody("find", nobodys)


def test_an_error_of_the_disk_is_called_so(phases, monkeypatch):
    def broken(*_, **__):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("helpers.imaging.files.os.scandir", broken)
    with pytest.raises(InputError, match=r"cannot be read \(input/output error\)"):
        read_dicom(phases)


def test_a_folder_is_looked_at_once_in_a_lasting_order(phases):
    link_to_a_phase(phases)
    found = files_under(phases)
    assert len(found) == 12
    assert found == files_under(phases)


@pytest.fixture
def patients(tiny_images, save_images, save_seg, pictures, tmp_path):
    """A folder of two patients, each the tiny study with its segmentation."""
    for name in ("A", "B"):
        folder = save_images(copy.deepcopy(tiny_images), name)
        (folder / "segmentation").mkdir()
        save_seg(pictures).rename(folder / "segmentation" / "seg.dcm")
        (tmp_path / "cohort").mkdir(exist_ok=True)
        folder.rename(tmp_path / "cohort" / name)
    return tmp_path / "cohort"


def test_a_patient_by_a_link_is_found_and_a_lost_one_is_refused(patients):
    (patients / "B").rename(patients.with_name("elsewhere"))
    (patients / "B").symlink_to(patients.with_name("elsewhere"))
    assert [s.patient for s in cohort_folder.find(patients)] == ["A", "B"]
    (patients / "C").symlink_to(patients / "nowhere")
    with pytest.raises(InputError, match="cohort: a link in it points nowhere"):
        cohort_folder.find(patients)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (zipped, "packed file in it holds DICOM"),
        (tarred("gztar"), "packed file in it holds DICOM"),
        (lambda c: (c / "phase1.dcm").write_bytes(bytes(128) + b"DICM"), "beside the patients"),
        (lambda c: (c / "cohort.csv").symlink_to(c / "nowhere"), "cohort.csv does not exist"),
    ],
    ids=["in a zip", "in a tar", "as one file", "in a list that is lost"],
)
def test_a_patient_that_cannot_be_looked_at_is_not_passed_over(change, reason, patients):
    (patients / "A").rename(patients / "phase1")
    change(patients)
    with pytest.raises(InputError, match=reason):
        cohort_folder.find(patients)


def test_what_macos_leaves_is_no_patient(patients):
    (patients / "__MACOSX" / "A").mkdir(parents=True)
    (patients / "._A").write_bytes(APPLE)
    (patients / ".DS_Store").touch()
    (patients / "README.txt").write_text("two patients")
    assert [s.patient for s in cohort_folder.find(patients)] == ["A", "B"]


@pytest.mark.parametrize("name", ["SEG.DCM", "Segmentation", "1.2.840.1", "seg.ima"])
def test_a_segmentation_is_known_by_its_content(name, patients):
    place = patients / "A" / "segmentation"
    (place / "seg.dcm").rename(place / name)
    place = place.rename(place.with_name("SEGMENTATION"))
    (place / "._seg.dcm").write_bytes(APPLE)
    (place / "notes.txt").write_text("drawn twice")
    assert cohort_folder.find(patients)[0].mask == place / name
    assert cohort_folder.find(patients)[0].read()[1].voxels.any()


def test_a_segmentation_is_found_beside_other_dicom_and_two_are_refused(patients):
    place = patients / "A" / "segmentation"
    shutil.copy(next((patients / "A").glob("*.dcm")), place / "image")
    assert cohort_folder.find(patients)[0].mask == place / "seg.dcm"
    shutil.copy(place / "seg.dcm", place / "copy")
    with pytest.raises(InputError, match="A holds 2 files in segmentation"):
        cohort_folder.find(patients)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda place: (place / "empty.dcm").touch(), "is empty"),
        (lambda place: (place / "lost.dcm").symlink_to(place / "nowhere"), "points nowhere"),
        (
            lambda place: (place / "x.gz").write_bytes(
                gzip.compress((place / "seg.dcm").read_bytes())
            ),
            "packed file",
        ),
    ],
    ids=["empty", "lost", "packed"],
)
def test_a_segmentation_that_cannot_be_looked_at_is_refused(change, reason, patients):
    change(patients / "A" / "segmentation")
    with pytest.raises(InputError, match=f"A: .*{reason}"):
        cohort_folder.find(patients)


def test_a_file_behind_a_link_that_changes_is_prepared_anew(patients):
    (patients / "A").rename(patients.with_name("elsewhere"))
    (patients / "A").mkdir()
    (patients / "A" / "all").symlink_to(patients.with_name("elsewhere"))
    shutil.move(patients.with_name("elsewhere") / "segmentation", patients / "A" / "segmentation")
    study = cohort_folder.find(patients)[0]
    before = cohort._state(study)
    assert len(before[0]) == 14
    path = next(patients.with_name("elsewhere").glob("*.dcm"))
    os.utime(path, ns=(1, 1))
    assert cohort._state(study) != before


def test_a_nifti_whose_times_are_a_lost_link_is_refused(phases, tmp_path):
    save_nifti(read_dicom(phases), tmp_path / "own.nii")
    (tmp_path / "own.json").unlink()
    (tmp_path / "own.json").symlink_to(tmp_path / "nowhere")
    with pytest.raises(InputError, match="own.json does not exist"):
        read_nifti(tmp_path / "own.nii")


def test_a_mask_that_is_a_lost_link_is_refused(phases, tmp_path):
    (tmp_path / "mask.nii").symlink_to(tmp_path / "nowhere")
    with pytest.raises(InputError, match="mask.nii does not exist"):
        read_mask(tmp_path / "mask.nii", read_dicom(phases))


def test_a_tar_is_known_by_its_content(phases):
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        archive.add(phases / "phase1", "phase1")
    (phases / "backup").write_bytes(content.getvalue())
    with pytest.raises(InputError, match="packed file"):
        read_dicom(phases)
