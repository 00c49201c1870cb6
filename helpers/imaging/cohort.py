"""A cohort on disk, and the same cohort as the network sees it.

The phantom cohort is written once for each user, under a name that is the digest of what decides
its bytes; a cohort prepared for a protocol is kept beside it.
"""

import hashlib
import os
from dataclasses import asdict
from pathlib import Path

import numpy as np
import platformdirs

from helpers import atomic
from helpers.errors import InputError
from helpers.imaging import masks, slices, volumes

CACHE = "TRAIN_AGAIN_CACHE"
_IMAGING = ("phases", "size", "spacing")
_PHANTOM_CODE = [
    *("anatomy", "breast", "contrast_agent", "phantom", "phantom_dicom", "phantom_files"),
    *("random_field", "thorax"),
]


def cache_folder():
    """Where this user's cohorts and studies are kept; TRAIN_AGAIN_CACHE names another place."""
    return Path(os.environ.get(CACHE) or platformdirs.user_cache_path("train-again"))


def phantom_folder(protocol):
    """The folder of the protocol's phantom cohort, one folder a patient, there or not."""
    numbers = {k: v for k, v in asdict(protocol).items() if k.startswith("phantom_")}
    return cache_folder() / f"phantom-{_key(numbers, _PHANTOM_CODE)}"


def phantom_is_there(protocol):
    """Whether every patient of the protocol's phantom cohort has been written."""
    folder = phantom_folder(protocol)
    return len(_patients(folder)) >= protocol.patients if folder.is_dir() else False


def make_phantom(protocol, progress=None):
    """Write the patients of the phantom cohort that are missing; returns the folder.

    progress : called with each patient's folder when it is there, or None
    """
    folder = phantom_folder(protocol)
    if not phantom_is_there(protocol):
        from helpers.imaging import phantom_files

        phantom_files.write_cohort(protocol, folder, progress)
    return folder


def load(protocol, folder=None, progress=None):
    """The cohort prepared for a protocol, made when missing.

    folder  : one folder a patient, DICOM beside ``segmentation/seg.dcm``; the phantom's if None
    returns : list of Prepared, sorted by patient
    """
    folder = Path(folder) if folder else make_phantom(protocol, progress)
    patients = _patients(folder)
    if len(patients) < protocol.patients:
        raise InputError(
            f"{folder} holds {len(patients)} patients and the protocol needs {protocol.patients}."
        )
    return [_prepared(p, protocol) for p in patients[: protocol.patients]]


def read_patient(folder):
    """(Volume, Mask) of one patient's folder: the phases, and the one segmentation."""
    volume = volumes.read_dicom(folder)
    return volume, masks.read_seg(Path(folder) / "segmentation" / "seg.dcm", volume)


def digest(cohort):
    """SHA-256 of a prepared cohort: what the network is given and what it is judged by."""
    total = hashlib.sha256()
    for p in cohort:
        total.update(p.patient.encode())
        for array in (p.images, p.masks, p.labelled, p.truth):
            total.update(np.ascontiguousarray(array).data)
    return total.hexdigest()


def _patients(folder):
    return sorted(p for p in folder.iterdir() if p.is_dir() and not p.name.startswith("."))


def _prepared(folder, protocol):
    numbers = {k: getattr(protocol, k) for k in _IMAGING}
    path = folder.parent / ".prepared" / _key(numbers) / f"{folder.name}.npz"
    if not path.exists():
        _save(slices.prepare(*read_patient(folder), protocol), path)
    with np.load(path) as stored:
        values = dict(stored)
    values["patient"], values["spacing"] = str(values["patient"]), tuple(values["spacing"])
    return slices.Prepared(**values)


def _save(prepared, path):
    with atomic.replacing(path) as temporary, temporary.open("wb") as file:
        np.savez(file, **vars(prepared))


def _key(numbers, modules=None):
    """Twelve hexadecimal digits of numbers and of the code of imaging modules, all when None."""
    total = hashlib.sha256(repr(sorted(numbers.items())).encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if modules is None or path.stem in modules:
            total.update(path.read_bytes())
    return total.hexdigest()[:12]
