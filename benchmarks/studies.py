"""Studies for the benchmarks: the real slab made full-size, or a phantom where it is missing."""

import copy
import os
from pathlib import Path

import numpy as np
import pydicom
from pydicom.uid import generate_uid

REAL = "BREAST_DCE_STUDY"


def real_images():
    """The real slab's images, phase by phase and from the feet up; None where it is missing."""
    folder = Path(os.environ.get(REAL) or "nowhere") / "dicom_slab"
    images = [pydicom.dcmread(path) for path in sorted(folder.rglob("*.dcm"))]
    return sorted(images, key=lambda i: (float(i.AcquisitionTime), i.ImagePositionPatient[2]))


def write_long(images, repeats, folder):
    """Write each phase ``repeats`` times over, slab upon slab: one subfolder a series.

    images  : of one series a phase, each sorted along its slices
    returns : the bytes of the voxels and the subfolders, in the order of the phases
    """
    series = {}
    for image in images:
        series.setdefault(image.SeriesInstanceUID, []).append(image)
    folders = [folder / f"phase{number}" for number in range(len(series))]
    for place, slab in zip(folders, series.values(), strict=True):
        _write_slabs(slab, repeats, place)
    size = sum(len(image.PixelData) for image in images)
    return size * repeats, folders


def _write_slabs(slab, repeats, folder):
    folder.mkdir(parents=True)
    places = np.array([image.ImagePositionPatient for image in slab], float)
    step = (places[-1] - places[0]) / (len(slab) - 1)
    for number in range(repeats * len(slab)):
        image = copy.copy(slab[number % len(slab)])
        image.ImagePositionPatient = [round(v, 4) for v in places[0] + number * step]
        image.InstanceNumber = 1 + number
        image.SOPInstanceUID = generate_uid()
        image.file_meta.MediaStorageSOPInstanceUID = image.SOPInstanceUID
        image.save_as(folder / f"{number:04d}.dcm", enforce_file_format=True)


def write_phantom(folder):
    """Write a phantom patient of the demo's size; returns what ``write_long`` does."""
    from helpers.imaging.phantom import patient as phantom
    from helpers.imaging.phantom import patient_files as phantom_files
    from helpers.protocol import DEMO

    patient = phantom.make_patient(0, DEMO)
    phantom_files.write_patient(patient, folder)
    folders = sorted(p for p in folder.iterdir() if p.name != "segmentation")
    return 2 * patient.data.size, folders
