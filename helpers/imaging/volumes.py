"""One DCE-MRI study as a volume (x, y, z, time), read from DICOM or NIfTI, written as NIfTI."""

import warnings
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from helpers.errors import InputError
from helpers.imaging import sidecar
from helpers.imaging.dicom.frames import read_frames
from helpers.imaging.dicom.headers import quietly
from helpers.imaging.dicom.phase_order import phase_times
from helpers.imaging.dicom.phases import check_even, sort_into_phases
from helpers.imaging.dicom.pixels import read_pixels
from helpers.imaging.dicom.series import CHOOSE, check_one_study, choose, drop_copies, listed
from helpers.imaging.grids import in_stored_order, plane_affine, to_nearest_ras
from helpers.imaging.nifti import (
    GIB,
    check_memory,
    read_voxels,
    write_planes,
    write_voxels,
)


@dataclass(frozen=True)
class Volume:
    """One study: voxel values in arbitrary MR units, their place and their times.

    data : (x, y, z, time) float32
    affine : (4, 4) float64, voxel → RAS+ mm
    times : (time,) float64, s after the first phase; NaN where only the order is known
    patient : PatientID, needed to match a mask, written nowhere
    frame_of_reference : UID of the space the affine points into, or ""
    """

    data: np.ndarray
    affine: np.ndarray
    times: np.ndarray
    patient: str = ""
    frame_of_reference: str = ""

    @property
    def spacing(self):
        """Distance of voxel centres along x, y and z: (3,) mm."""
        return np.linalg.norm(self.affine[:3, :3], axis=0)


def read_dicom(folder, memory_cap=8 * GIB, phases=None, series=None):
    """The study in ``folder``, searched with its subfolders, as a Volume.

    ``memory_cap`` bytes bound the voxels; ``phases`` is how many are expected (any number from
    two when None); ``series`` are the numbers of those to take, the repeats of one acquisition
    when None. Warns when only the order of the phases is known and names what is left out.
    Raises InputError when the folder is not exactly one complete study.
    """
    with _naming(folder):
        study = _arrange(folder, memory_cap, phases, series)
        data = np.empty(study.shape, np.float32, order="F")
        for time, phase in enumerate(study.phases):
            _fill(data[..., time], phase, study.turn)
    _warn(folder, study)
    first = study.phases[0][0]
    return Volume(data, study.affine, study.times, first.patient, first.frame_of_reference)


def extract(folder, path, memory_cap=8 * GIB, phases=None, series=None):
    """Write the DICOM study in ``folder`` to ``path`` as ``save_nifti`` does, phase after phase.

    Gives the shape (x, y, z, time) and the times (time,) in s. Needs the memory of one phase.
    Arguments and errors are those of ``read_dicom``; where it raises, nothing is written.
    """
    sidecar.check_place(path)
    with _naming(folder):
        study = _arrange(folder, memory_cap, phases, series)
        frames = [frame for phase in study.phases for frame in phase]
        plain = {(frame.slope, frame.intercept, frame.layout.pixel_type) for frame in frames}
        one = len(plain) == 1 and frames[0].slope == 1 and frames[0].intercept == 0
        kind = np.dtype(frames[0].layout.pixel_type if one else np.float32)
        write_planes(_planes(study, kind), study.shape, kind, study.affine, path)
    _warn(folder, study)
    sidecar.write(path, study.shape, study.affine, study.times)
    return study.shape, study.times


def _warn(folder, study):
    told = [
        f"series {listed(numbers)} left out, being {reason}; choose others with --series."
        for reason, numbers in study.left_out.items()
    ]
    if study.copies:
        told.append("the same images are there twice; one copy of each is taken.")
    if np.isnan(study.times).any():
        told.append("only the order of the phases is known, not times.")
    for line in told:
        warnings.warn(f"{folder}: {line}", stacklevel=3)


def _planes(study, kind):
    block = np.empty(study.shape[:3], kind, order="F")
    for phase in study.phases:
        _fill(block, phase, study.turn)
        yield from np.moveaxis(block, 2, 0)


@contextmanager
def _naming(folder):
    """Put the folder's name, as it was given, in front of what is wrong with it."""
    try:
        with quietly():
            yield
    except InputError as error:
        told = str(error)
        raise InputError(told if str(folder) in told else f"{folder}: {told}") from None


@dataclass(frozen=True)
class _Study:
    """Sorted frames and the grid they fill: all that is known before a voxel is read."""

    phases: list
    times: np.ndarray
    shape: tuple[int, ...]
    affine: np.ndarray
    turn: np.ndarray
    left_out: dict
    copies: int


def _arrange(folder, memory_cap, expected, series):
    frames = read_frames(folder)
    check_one_study(frames)
    frames, left_out = choose(frames, series)
    frames, copies = drop_copies(frames)
    phases = sort_into_phases(frames)
    _check_count(phases, expected, left_out)
    times = phase_times(phases)
    first = phases[0][0]
    step = check_even(phases[0])
    affine = plane_affine(first.position, first.orientation, first.spacing, step)
    stored = first.shape[1], first.shape[0], len(phases[0])
    turn, shape, affine = to_nearest_ras(affine, stored)
    check_memory((*shape, len(phases)), memory_cap)
    return _Study(phases, times, (*shape, len(phases)), affine, turn, left_out, copies)


def _check_count(phases, expected, left_out):
    found, least = len(phases), expected or 2
    if found < least and left_out:
        reasons = " and ".join(f"series {listed(n)} {reason}" for reason, n in left_out.items())
        alone = listed({phase[0].series_number for phase in phases})
        raise InputError(f"series {alone} is original and too few, {reasons}; {CHOOSE}.")
    if expected is None and found < 2:
        raise InputError("it holds one phase only; a DCE study has at least two.")
    if expected is not None and found != expected:
        raise InputError(f"it holds {found} phases where {expected} are expected; get it again.")


def _fill(block, phase, turn):
    """Read the frames of one phase into ``block`` (x, y, z)."""
    planes = in_stored_order(block, turn)
    for number, frame in enumerate(phase):
        _put(frame, planes[:, :, number])


def _put(frame, plane):
    plane[...] = read_pixels(frame).T
    if (frame.slope, frame.intercept) != (1.0, 0.0):
        plane *= frame.slope
        plane += frame.intercept
        if not np.isfinite(plane).all():
            raise InputError("its rescaled values are no numbers; export the study anew.")


def save_nifti(volume, path):
    """Write ``volume`` to ``path`` (.nii or .nii.gz) and its times to the .json beside it.

    Each file appears whole or not at all, and neither holds the patient. Raises InputError for
    another ending, and where ``path`` is a file that was not written so.
    """
    sidecar.check_place(path)
    write_voxels(volume.data, volume.affine, path)
    sidecar.write(path, volume.data.shape, volume.affine, volume.times)


def read_nifti(path, memory_cap=8 * GIB):
    """A NIfTI-1 file as a Volume in the nearest RAS+ order, times from the .json beside it.

    A 3-D file is one phase; without the .json, times are NaN. Raises InputError when the file is
    damaged, holds values that are no numbers, or asks for more than ``memory_cap`` bytes.
    """
    voxels, affine = read_voxels(path, memory_cap)
    data = np.asarray(voxels, np.float32, order="F")
    data = data[..., None] if data.ndim == 3 else data
    if not np.isfinite(data).all():
        raise InputError(f"{path} holds voxels that are not numbers; write it again.")
    return Volume(data, affine, sidecar.read_times(path, data.shape[-1]))
