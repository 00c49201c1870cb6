"""A cohort as the network sees it: prepared once for a protocol, and kept in the user's cache."""

import hashlib
import io

import numpy as np

from helpers import atomic, reading
from helpers.errors import InputError
from helpers.imaging import cache, cohort_folder, slices
from helpers.imaging.files import files_under
from helpers.imaging.phantom.cohort import make_phantom_cohort

_IMAGING = ("phases", "plane", "size", "spacing")
_MOST = 2**34  # bytes of one prepared patient


def load(protocol, folder=None):
    """The first ``protocol.patients`` patients, prepared; made when missing.

    folder  : as ``cohort_folder.find`` reads it; the phantom cohort when None
    returns : list of Prepared, sorted by patient
    raises  : InputError when there are too few patients, or one cannot be used
    """
    found = cohort_folder.find(folder or make_phantom_cohort(protocol))
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
        total.update(p.subject.encode() if p.subject != p.patient else b"")
        for array in (p.images, p.masks, p.labelled, p.truth, np.array(p.spacing)):
            total.update(np.ascontiguousarray(array).data)
    return total.hexdigest()


def _prepared(study, protocol):
    numbers = {k: getattr(protocol, k) for k in _IMAGING} | {"study": _state(study)}
    path = cache.cache_folder() / "prepared" / f"{cache.key(numbers)}.npz"
    values = _kept(path)
    if values is None:
        _keep(slices.prepare(*study.read(), protocol), path)
        values = _kept(path)
    values["patient"], values["spacing"] = study.patient, tuple(values["spacing"])
    values["subject"] = study.subject
    return slices.Prepared(**values)


def _keep(prepared, path):
    """Write arrays, and then their digest beside them: without it they are nothing."""
    arrays = {k: v for k, v in vars(prepared).items() if k != "patient"}
    packed = io.BytesIO()
    np.savez(packed, **arrays)
    atomic.write_bytes(path, packed.getvalue())
    atomic.write_bytes(path.with_suffix(".sha256"), _sealed(path, packed.getvalue()))


def _kept(path):
    """The arrays of a file, a dict; None where it is missing, torn, or not what was kept there."""
    try:
        content = reading.content(path, most=_MOST)
        if reading.content(path.with_suffix(".sha256")) != _sealed(path, content):
            return None
    except OSError:
        return None
    with np.load(io.BytesIO(content)) as stored:
        return dict(stored)


def _sealed(path, content):
    """The digest of a file's name and content: the same content under another name is no proof."""
    return hashlib.sha256(path.name.encode() + content).hexdigest().encode()


def _state(study):
    """Names, sizes and times of a study's files, links followed: another is prepared anew."""
    try:
        image = files_under(study.image) if study.image.is_dir() else [study.image]
    except InputError as error:
        raise InputError(f"{study.image}: {error}") from None
    files = [*image, study.mask]
    seen = [(str(p.resolve()), p.stat().st_size, p.stat().st_mtime_ns) for p in sorted(files)]
    return seen, study.segments, study.sparse
