"""Disturbed folders of one study: links, empty files, copies, left-overs and foreign series.

Each disturbance leaves the study what it is, or must be refused: never may a phase come or go.
"""

import copy
import gzip
import shutil

import numpy as np
import pydicom
from pydicom.uid import generate_uid

from helpers.imaging import volumes

KIND = {"ImageType": ["ORIGINAL", "PRIMARY", "M"], "FlipAngle": "12", "EchoTime": "1.39"}
FOREIGN = [
    {"ImageType": ["DERIVED", "SECONDARY", "M", "SUB"]},
    {"ImageType": ["DERIVED", "SECONDARY", "MIP"], "ImageOrientationPatient": [0, 1, 0, 0, 0, -1]},
    {"ImageType": ["ORIGINAL", "PRIMARY", "M", "MOSAIC"], "AcquisitionTime": "1003"},
    {"ImageType": ["ORIGINAL", "PRIMARY", "P"], "AcquisitionTime": "100300"},
    {"FlipAngle": "2", "AcquisitionTime": "095900"},
    {"EchoTime": "3.7", "AcquisitionTime": "100300"},
    {"DiffusionBValue": 50.0, "AcquisitionTime": "100300"},
    {"Modality": "PR"},
    {},
]


def write(folder):
    """Give the images of a study in ``folder`` a kind, one folder a series; returns its volume."""
    for path in sorted(folder.glob("*.dcm")):
        image = pydicom.dcmread(path)
        for name, value in KIND.items():
            setattr(image, name, value)
        place = folder / f"series {image.SeriesNumber}"
        place.mkdir(exist_ok=True)
        image.save_as(place / path.name, enforce_file_format=True)
        path.unlink()
    return volumes.read_dicom(folder)


def disturb(folder, elsewhere, rng):
    """Disturb a study in ``folder`` up to three times; ``elsewhere`` holds what links lead to.

    Returns the names of what was done.
    """
    done = [_WAYS[rng.integers(len(_WAYS))] for _ in range(rng.integers(1, 4))]
    for number, way in enumerate(done):
        place = elsewhere / str(number)
        place.mkdir(parents=True)
        if _images(folder):  # not all behind links or packed
            way(folder, place, rng)
    return [way.__name__ for way in done]


def _images(folder):
    files = [p for p in sorted(folder.rglob("*.dcm")) if p.is_file() and not p.is_symlink()]
    return [p for p in files if p.stat().st_size > 500 and not p.name.startswith("._")]


def _file(folder, rng):
    files = _images(folder)
    return files[rng.integers(len(files))]


def _series(folder, rng):
    found = sorted(p for p in folder.glob("series *") if not p.is_symlink())
    return found[rng.integers(len(found))] if found else None


def linked_series(folder, elsewhere, rng):
    """A series lies elsewhere, and a link leads there."""
    series = _series(folder, rng)
    if series:
        shutil.move(series, elsewhere / "moved")
        series.symlink_to(elsewhere / "moved")


def linked_file(folder, elsewhere, rng):
    """An image lies elsewhere."""
    path = _file(folder, rng)
    shutil.move(path, elsewhere / "moved")
    path.symlink_to(elsewhere / "moved")


def circle(folder, elsewhere, rng):
    """A link leads back, to the study or above it."""
    place = _series(folder, rng) or folder
    (place / f"back{elsewhere.name}").symlink_to([folder, folder.parent][rng.integers(2)])


def lost_link(folder, elsewhere, rng):
    """A link points nowhere."""
    (folder / f"lost{elsewhere.name}.dcm").symlink_to(elsewhere / "nowhere")


def empty_file(folder, elsewhere, rng):
    """An empty file, with an ending or without."""
    (folder / f"empty{elsewhere.name}{['', '.dcm', '.txt'][rng.integers(3)]}").touch()


def copied_file(folder, elsewhere, rng):
    """An image is there twice, sometimes with other pixels."""
    image = pydicom.dcmread(_file(folder, rng))
    if rng.random() < 0.5:
        image.PixelData = rng.bytes(len(image.PixelData))
    image.save_as(folder / f"copy{elsewhere.name}.dcm", enforce_file_format=True)


def copied_study(folder, elsewhere, rng):
    """The whole study lies in itself once more."""
    shutil.copytree(folder, elsewhere / "copy", symlinks=True)
    shutil.move(elsewhere / "copy", folder / f"copy{elsewhere.name}")


def packed(folder, elsewhere, rng):
    """An image is packed, instead of itself or beside."""
    path = _file(folder, rng)
    path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
    if rng.random() < 0.5:
        path.unlink()


def left_over(folder, elsewhere, rng):
    """What macOS leaves beside a file."""
    path = _file(folder, rng)
    path.with_name(f"._{path.name}").write_bytes(b"\0\5\x16\7" + rng.bytes(200))
    (folder / "__MACOSX").mkdir(exist_ok=True)
    (folder / "__MACOSX" / path.name).write_bytes(b"\0\5\x16\7")


def foreign_series(folder, elsewhere, rng):
    """Another series on the grid of the phases."""
    first, series = pydicom.dcmread(_file(folder, rng)), generate_uid()
    alike = [pydicom.dcmread(p) for p in _images(folder)]
    tags = FOREIGN[rng.integers(len(FOREIGN))]
    place = folder / f"foreign {elsewhere.name}"
    place.mkdir()
    for number, image in enumerate(alike):
        if image.SeriesInstanceUID == first.SeriesInstanceUID:
            _write_foreign(copy.deepcopy(image), series, tags, place / f"{number}.dcm", rng)


def _write_foreign(image, series, tags, path, rng):
    image.SeriesInstanceUID, image.SeriesNumber = series, 50
    image.SOPInstanceUID = image.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    image.PixelData = rng.bytes(len(image.PixelData))
    for name, value in tags.items():
        setattr(image, name, value)
    image.save_as(path, enforce_file_format=True)


def lost_date(folder, elsewhere, rng):
    """A series loses its date."""
    first = pydicom.dcmread(_file(folder, rng))
    for path in _images(folder):
        image = pydicom.dcmread(path)
        if image.SeriesInstanceUID == first.SeriesInstanceUID and "AcquisitionDate" in image:
            del image.AcquisitionDate
            image.save_as(path, enforce_file_format=True)


_WAYS = [
    *(linked_series, linked_file, circle, lost_link, empty_file, copied_file, copied_study),
    *(packed, left_over, foreign_series, lost_date),
]


def is_same(volume, truth):
    """Whether a volume has the voxels, places and times of the undisturbed study."""
    return all(
        np.array_equal(getattr(volume, name), getattr(truth, name))
        for name in ("data", "affine", "times")
    )
