"""Which studies a folder holds: patients, their images and their masks.

A folder either has a list, ``cohort.csv``, or one folder a patient: DICOM phases beside
``segmentation/`` with one DICOM SEG. The patient's name in results is the one in the list or the
folder's, never one from a header: use pseudonyms.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from helpers.errors import InputError
from helpers.imaging import masks, volumes

LIST = "cohort.csv"
NEEDED = ("patient", "image", "mask")


@dataclass(frozen=True)
class Study:
    """One patient: ``image`` is a DICOM folder or a NIfTI, ``mask`` a SEG, NIfTI or NRRD.

    segments : names of the segments to unite, all when None
    sparse   : slices without a drawing are unknown, not background
    """

    patient: str
    image: Path
    mask: Path
    segments: tuple[str, ...] | None = None
    sparse: bool = False

    def read(self):
        """(Volume, Mask) on one grid; InputError naming the file when one cannot be used."""
        dicom = self.image.is_dir()
        volume = (volumes.read_dicom if dicom else volumes.read_nifti)(self.image)
        return replace(volume, patient=self.patient), self._mask(volume)

    def _mask(self, volume):
        try:
            return masks.read_mask(self.mask, volume, self.segments, self.sparse)
        except InputError as error:
            if self.image not in self.mask.parents:
                raise
            told = str(error).replace(str(self.mask), str(self.mask.parent))
            raise InputError(told) from None  # a file that nobody named may be named after a person


def find(folder):
    """The studies of a folder, sorted by patient.

    raises : InputError naming the list, its row or the patient that is wrong
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise InputError(
            f"{folder} is not a folder: name one with {LIST} or with one folder a patient."
        )
    listed = folder / LIST
    found = _from_list(listed) if listed.exists() else _from_folders(folder)
    if not found:
        raise InputError(f"{folder} holds neither {LIST} nor a folder with a segmentation.")
    return sorted(found, key=lambda study: study.patient)


def _from_folders(folder):
    patients = [p for p in folder.iterdir() if p.is_dir() and not p.name.startswith(".")]
    return [Study(p.name, p, _one_segmentation(p)) for p in patients]


def _one_segmentation(folder):
    files = sorted((folder / "segmentation").glob("*.dcm"))
    if len(files) != 1:
        raise InputError(f"{folder} holds {len(files)} files in segmentation/: put one there.")
    return files[0]


def _from_list(path):
    try:
        table = pd.read_csv(path, dtype=str, encoding="utf-8-sig").fillna("")
    except (OSError, ValueError) as error:
        raise InputError(f"{path} is not a CSV that can be read: {error}.") from error
    lacking = [c for c in NEEDED if c not in table.columns]
    if lacking:
        raise InputError(f"{path} has no column {lacking[0]}: it needs {', '.join(NEEDED)}.")
    studies = [_listed(path, number, row) for number, row in enumerate(table.to_dict("records"), 2)]
    if len({s.patient for s in studies}) < len(studies):
        raise InputError(f"{path} lists a patient twice: one row a patient.")
    return studies


def _listed(path, number, row):
    for column in NEEDED:
        if not row[column]:
            raise InputError(f"{path}, row {number}: {column} is empty.")
    image, mask = path.parent / row["image"], path.parent / row["mask"]
    for column, file in (("image", image), ("mask", mask)):
        if not file.exists():
            raise InputError(f"{path}, row {number}: {column} {row[column]} does not exist.")
    segments = tuple(s.strip() for s in row.get("segments", "").split(";") if s.strip())
    sparse = row.get("sparse", "").lower() in ("1", "true", "yes")
    return Study(row["patient"], image, mask, segments or None, sparse)
