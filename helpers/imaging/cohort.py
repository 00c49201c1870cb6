"""A cohort as the network sees it: prepared once for a protocol, and kept in the user's cache.

Prepared arrays are on disk once, and are mapped into the memory of each process that reads them.
"""

import hashlib

import numpy as np

from helpers.errors import InputError
from helpers.imaging import cache, cohort_folder, hippocampus, kept_arrays, slices
from helpers.imaging.files import files_under
from helpers.imaging.phantom.cohort import make_phantom_cohort

_IMAGING = ("phases", "plane", "size", "spacing")


def load(protocol, folder=None):
    """The first ``protocol.patients`` patients, prepared; made when missing.

    folder  : as ``cohort_folder.find`` reads it; the protocol's own cohort when None
    returns : list of Prepared, sorted by patient: arrays on disk, mapped and read-only, masks uint8
    raises  : InputError when there are too few patients, or one cannot be used
    """
    found = cohort_folder.find(folder or own_folder(protocol))
    if len(found) < protocol.patients:
        raise InputError(
            f"{folder} holds {len(found)} patients and the protocol needs {protocol.patients}."
        )
    return [_prepared(study, protocol) for study in found[: protocol.patients]]


def own_folder(protocol):
    """The folder of the protocol's own cohort: what ships, or the phantoms, made when missing."""
    shipped = protocol.cohort == "hippocampus"
    return hippocampus.folder() if shipped else make_phantom_cohort(protocol)


def digest(cohort):
    """SHA-256 of a prepared cohort: what the network is given and what it is judged by."""
    total = hashlib.sha256()
    for p in cohort:
        total.update(p.patient.encode())
        total.update(p.subject.encode() if p.subject != p.patient else b"")
        masks = p.masks.astype("float32")
        for array in (p.images, masks, p.labelled, p.truth, np.array(p.spacing)):
            total.update(np.ascontiguousarray(array).data)
        kept_arrays.let_go(p.images, p.masks, p.truth)
    return total.hexdigest()


def _prepared(study, protocol):
    numbers = {k: getattr(protocol, k) for k in _IMAGING} | {"study": _state(study)}
    place = cache.cache_folder() / "prepared" / cache.key(numbers)
    values = kept_arrays.kept(place)
    if values is None:
        _keep(slices.prepare(*study.read(), protocol), place)
        values = kept_arrays.kept(place)
    values["patient"], values["spacing"] = study.patient, tuple(values["spacing"])
    values["subject"] = study.subject
    return slices.Prepared(**values)


def _keep(prepared, place):
    """Write a patient's arrays, the masks in one byte a pixel."""
    arrays = {k: v for k, v in vars(prepared).items() if not isinstance(v, str)}
    kept_arrays.keep(arrays | {"masks": prepared.masks.astype("uint8")}, place)


def _state(study):
    """Names, sizes and times of a study's files, links followed: another is prepared anew."""
    try:
        image = files_under(study.image) if study.image.is_dir() else [study.image]
    except InputError as error:
        raise InputError(f"{study.image}: {error}") from None
    files = [*image, study.mask]
    seen = [(str(p.resolve()), p.stat().st_size, p.stat().st_mtime_ns) for p in sorted(files)]
    return seen, study.segments, study.sparse
