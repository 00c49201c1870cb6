"""Which patients a folder holds: their images and their masks.

A folder either has a list, ``cohort.csv``, or one folder a patient: DICOM phases beside
``segmentation/`` with one DICOM SEG. The patient's name in results is the one in the list or the
folder's, never one from a header: use pseudonyms.
"""

import os
import warnings
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from stat import S_IFDIR, S_IFREG

import numpy as np

from helpers.columns import is_name
from helpers.errors import InputError
from helpers.imaging import masks, volumes
from helpers.imaging.cohort_list import read_rows, yes_or_no
from helpers.imaging.content import dicom_files, recognise
from helpers.imaging.dicom.segmentation import is_segmentation
from helpers.imaging.files import entries, readable

LIST = "cohort.csv"
NEEDED = ("patient", "image", "mask")


@dataclass(frozen=True)
class PatientFiles:
    """One patient: ``image`` is a DICOM folder or a NIfTI, ``mask`` a SEG, NIfTI or NRRD.

    segments : names of the segments to unite, all when None
    sparse   : slices without a drawing are unknown, not background
    subject  : whose image it is; "" where it is the only one of its patient
    """

    patient: str
    image: Path
    mask: Path
    segments: tuple[str, ...] | None = None
    sparse: bool = False
    subject: str = ""

    def read(self):
        """(Volume, Mask) on one grid; InputError naming the file when one cannot be used."""
        dicom = self.image.is_dir()
        volume = (volumes.read_dicom if dicom else volumes.read_nifti)(self.image)
        mask = self._mask(volume)
        if mask.outside:
            kept = int(np.count_nonzero(mask.voxels))
            warnings.warn(f"{self.patient}: {_lost(mask.outside, kept)}", stacklevel=2)
        return replace(volume, patient=self.patient), mask

    def _mask(self, volume):
        try:
            return masks.read_mask(self.mask, volume, self.segments, self.sparse)
        except InputError as error:
            if self.image not in self.mask.parents:
                raise
            told = str(error).replace(str(self.mask), str(self.mask.parent))
            raise InputError(told) from None  # a file that nobody named may be named after a person


def _lost(outside, kept):
    return (
        f"{outside:,} of {outside + kept:,} drawn voxels lie outside the image and are left out; "
        "where the image is no part of what was drawn on, check that the two belong together."
    )


def find(folder):
    """The patients of a folder, sorted by name: list of PatientFiles.

    raises : InputError naming the list, its row or the patient that is wrong
    """
    folder = Path(folder)
    with readable(folder):
        there = folder.is_dir()
    if not there:
        raise InputError(
            f"{folder} is not a folder: name one with {LIST} or with one folder a patient."
        )
    listed = folder / LIST
    found = _from_list(listed) if os.path.lexists(listed) else _from_folders(folder)
    if not found:
        raise InputError(f"{folder} holds neither {LIST} nor a folder with a segmentation.")
    for one in found:
        _check_names(folder, one)
    return sorted(found, key=lambda one: one.patient)


def _check_names(folder, one):
    for name in (one.patient, one.subject or one.patient):
        if not is_name(name):
            raise InputError(
                f"{folder}: {name!a} is no name that every table can hold: use a pseudonym "
                "of at most 200 letters, digits and signs."
            )


def _from_folders(folder):
    with _naming(folder):
        there = [(p, kind) for p, kind in entries(folder) if not p.name.startswith(".")]
        files = [p for p, kind in there if kind == S_IFREG and p.name.upper() != "DICOMDIR"]
        if any(recognise(path) for path in files):
            raise InputError("a DICOM file lies beside the patients' folders; put it into one.")
    return [PatientFiles(p.name, p, _one_segmentation(p)) for p, kind in there if kind == S_IFDIR]


def _one_segmentation(folder):
    with _naming(folder):
        inside = [path for path, kind in entries(folder) if kind == S_IFDIR]
        places = [path for path in inside if path.name.lower() == "segmentation"]
        files = [path for place in places for path in dicom_files(place)]
    files = [path for path in files if len(files) == 1 or is_segmentation(path)]
    if len(files) != 1:
        raise InputError(f"{folder} holds {len(files)} files in segmentation/: put one there.")
    return files[0]


@contextmanager
def _naming(folder):
    try:
        yield
    except InputError as error:
        raise InputError(f"{folder}: {error}") from None


def _from_list(path):
    listed = [_listed(path, row) for row in read_rows(path, NEEDED)]
    seen = set()
    for number, one in listed:
        if one.patient in seen:
            raise InputError(f"{path}, row {number}: it lists a patient twice; one row a patient.")
        seen.add(one.patient)
    return [one for _, one in listed]


def _listed(path, row):
    """The row's number and its PatientFiles."""
    where = f"{path}, row {row['row']}"
    for column in NEEDED:
        if not row[column]:
            raise InputError(f"{where}: {column} is empty.")
    for column in ("image", "mask"):
        with readable(f"{where}: {column} {row[column]}"):
            (path.parent / row[column]).stat()
    segments = tuple(s.strip() for s in row.get("segments", "").split(";") if s.strip())
    files = path.parent / row["image"], path.parent / row["mask"]
    known = segments or None, yes_or_no(path, row, "sparse"), row.get("subject", "")
    return row["row"], PatientFiles(row["patient"], *files, *known)
