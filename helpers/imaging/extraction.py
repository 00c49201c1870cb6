"""Many DICOM studies to NIfTI, over the cores, each whole or not there."""

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from helpers.errors import InputError
from helpers.imaging import sidecar, volumes
from helpers.imaging.cohort_folder import PatientFiles


def extract_cohort(studies, folder, progress=None, workers=None):
    """Write each study as ``volumes.extract`` does to ``folder``/NAME.nii.gz; returns the paths.

    studies  : list of ``PatientFiles`` or of folders with one DICOM study each; NAME is the
               study's patient or the folder's own name
    progress : called with each path when it is there, or None
    workers  : processes, one a core when None; each holds one phase of one study
    raises   : InputError naming the studies that could not be extracted, after all others are
               there. What is there already is kept, so the same call goes on after a stop.
    """
    places = _places(studies, Path(folder))
    Path(folder).mkdir(parents=True, exist_ok=True)
    refused = {}
    for path, reason in _extract_all(places, workers or os.cpu_count() or 1):
        if reason:
            refused[path] = reason
        elif progress:
            progress(path)
    if refused:
        told = " ".join(refused[path] for path in places if path in refused)
        raise InputError(f"{len(refused)} of {len(places)} studies are not extracted: {told}")
    return list(places)


def _places(studies, folder):
    """{path to write: DICOM folder}, in the order given."""
    places = {}
    for study in studies:
        source = Path(study.image if isinstance(study, PatientFiles) else study)
        name = study.patient if isinstance(study, PatientFiles) else source.resolve().name
        if not name or Path(name).name != name or folder / f"{name}.nii.gz" in places:
            raise InputError(f"{name!r} is no name of its own for a file: rename the study.")
        places[folder / f"{name}.nii.gz"] = source
    return places


def _extract_all(places, workers):
    """Yield (path, None or what is wrong) as the studies are finished."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(workers, len(places)) or 1, mp_context=spawn) as pool:
        jobs = {pool.submit(_extract, source, path): path for path, source in places.items()}
        for job in as_completed(jobs):
            yield jobs[job], _result(job, places[jobs[job]])


def _result(job, source):
    try:
        return job.result()
    except BrokenProcessPool:
        return f"{source} was interrupted, for lack of memory perhaps; try fewer workers."


def _extract(source, path):
    """One study in a worker process; the sidecar is written last, so both mean all is there."""
    if path.exists() and sidecar.beside(path).exists():
        return None
    try:
        volumes.extract(source, path)
    except InputError as error:
        return str(error)
    return None
