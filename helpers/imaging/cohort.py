"""A cohort as the network sees it, and the phantom cohort on disk.

The phantom cohort is written once for each user, under a name that is the digest of what decides
its bytes; what is prepared for a protocol is kept beside it, under a digest of its own.
"""

import hashlib
import os
from dataclasses import asdict
from pathlib import Path

import numpy as np
import platformdirs

from helpers import atomic
from helpers.errors import InputError
from helpers.imaging import slices, studies
from helpers.imaging.files import files_under

CACHE = "TRAIN_AGAIN_CACHE"
_IMAGING = ("phases", "size", "spacing")


def cache_folder():
    """Where this user's cohorts and studies are kept; TRAIN_AGAIN_CACHE names another place."""
    return Path(os.environ.get(CACHE) or platformdirs.user_cache_path("train-again"))


def phantom_folder(protocol):
    """The folder of the protocol's phantom cohort, one folder a patient, there or not."""
    numbers = {k: v for k, v in asdict(protocol).items() if k.startswith("phantom_")}
    return cache_folder() / f"phantom-{_key(numbers, 'phantom')}"


def phantom_is_there(protocol):
    """Whether every patient of the protocol's phantom cohort has been written."""
    found = phantom_folder(protocol).glob("PHANTOM_[0-9]*")
    return sum(1 for _ in found) >= protocol.patients


def make_phantom(protocol, progress=None):
    """Write the patients of the phantom cohort that are missing; returns the folder.

    progress : called with each patient's folder when it is there, or None
    """
    folder = phantom_folder(protocol)
    if not phantom_is_there(protocol):
        from helpers.imaging.phantom import files as phantom_files

        phantom_files.write_cohort(protocol, folder, progress)
    return folder


def load(protocol, folder=None):
    """The first ``protocol.patients`` patients, prepared; made when missing.

    folder  : as ``studies.find`` reads it; the phantom cohort when None
    returns : list of Prepared, sorted by patient
    raises  : InputError when there are too few patients, or one cannot be used
    """
    slices.check_phases(protocol.phases)
    found = studies.find(folder or make_phantom(protocol))
    if len(found) < protocol.patients:
        raise InputError(
            f"{folder} holds {len(found)} patients and the protocol needs {protocol.patients}."
        )
    return [_prepared(study, protocol) for study in found[: protocol.patients]]


def digest(cohort):
    """SHA-256 of a prepared cohort: what the network is given and what it is judged by."""
    total = hashlib.sha256()
    for p in cohort:
        total.update(p.patient.encode())
        for array in (p.images, p.masks, p.labelled, p.truth, np.array(p.spacing)):
            total.update(np.ascontiguousarray(array).data)
    return total.hexdigest()


def _prepared(study, protocol):
    numbers = {k: getattr(protocol, k) for k in _IMAGING} | {"study": _state(study)}
    path = cache_folder() / "prepared" / f"{_key(numbers)}.npz"
    if not path.exists():
        _save(slices.prepare(*study.read(), protocol), path)
    with np.load(path) as stored:
        values = dict(stored)
    values["patient"], values["spacing"] = study.patient, tuple(values["spacing"])
    return slices.Prepared(**values)


def _save(prepared, path):
    arrays = {k: v for k, v in vars(prepared).items() if k != "patient"}
    with atomic.replacing(path) as temporary, temporary.open("wb") as file:
        np.savez(file, **arrays)


def _state(study):
    """Names, sizes and times of a study's files, links followed: another is prepared anew."""
    try:
        image = files_under(study.image) if study.image.is_dir() else [study.image]
    except InputError as error:
        raise InputError(f"{study.image}: {error}") from None
    files = [*image, study.mask]
    seen = [(str(p.resolve()), p.stat().st_size, p.stat().st_mtime_ns) for p in sorted(files)]
    return seen, study.segments, study.sparse


def _key(numbers, part=""):
    """Twelve hexadecimal digits of numbers and of the imaging wing's code, or a part of it."""
    total = hashlib.sha256(repr(sorted(numbers.items())).encode())
    for path in sorted((Path(__file__).parent / part).rglob("*.py")):
        total.update(path.read_bytes())
    return total.hexdigest()[:12]
