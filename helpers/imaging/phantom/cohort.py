"""The phantom cohort on disk, written once for each user and found again by its digest."""

import multiprocessing
import os
import secrets
import shutil
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict
from pathlib import Path

from helpers.errors import InputError
from helpers.imaging import cache


def phantom_folder(protocol):
    """The folder of the protocol's phantom cohort, one folder a patient, there or not."""
    numbers = {k: v for k, v in asdict(protocol).items() if k.startswith("phantom_")}
    return cache.cache_folder() / f"phantom-{cache.key(numbers, 'phantom')}"


def phantom_is_there(protocol):
    """Whether every patient of the protocol's phantom cohort has been written."""
    found = phantom_folder(protocol).glob("PHANTOM_[0-9]*")
    return sum(1 for _ in found) >= protocol.patients


def make_phantom_cohort(protocol, progress=None):
    """Write the patients of the phantom cohort that are missing; returns the folder.

    progress : called with each patient's folder when it is there, or None
    raises   : InputError when the disk refuses, or a process dies
    """
    folder = phantom_folder(protocol)
    if not phantom_is_there(protocol):
        try:
            write_cohort(protocol, folder, progress)
        except (OSError, BrokenProcessPool) as error:
            raise InputError(
                f"The phantoms could not be written to {folder}: {error}; make room, or name "
                f"another folder in {cache.CACHE}."
            ) from error
    return folder


def write_cohort(protocol, folder, progress=None):
    """Write the protocol's patients, each whole or not at all, and give back their folders.

    A patient that is there already is kept. ``progress`` (callable) is told each patient's
    folder when it is done. Works on all cores.
    """
    Path(folder).mkdir(parents=True, exist_ok=True)
    spawn = multiprocessing.get_context("spawn")
    cores = min(os.cpu_count() or 1, protocol.patients)
    with ProcessPoolExecutor(cores, mp_context=spawn) as pool:
        numbers = range(protocol.patients)
        jobs = [pool.submit(_write_one, number, protocol, folder) for number in numbers]
        for job in as_completed(jobs):
            if progress:
                progress(job.result())
    return [job.result() for job in jobs]


def _write_one(number, protocol, folder):
    final = Path(folder) / f"PHANTOM_{number:03d}"
    if final.exists():
        return final
    from helpers.imaging.phantom.patient import make_patient
    from helpers.imaging.phantom.patient_files import write_patient

    patient = make_patient(number, protocol)
    unfinished = Path(folder) / f".{final.name}.{secrets.token_hex(8)}"
    try:
        unfinished.mkdir()
        write_patient(patient, unfinished)
        _settle(unfinished, final)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return final


def _settle(unfinished, final):
    """Rename, unless somebody else has finished the same patient meanwhile."""
    try:
        unfinished.rename(final)
    except OSError:
        if not final.exists():
            raise
