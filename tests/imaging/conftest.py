"""A tiny DICOM study that a test can damage, and the ways to export the real one again."""

import shutil
import subprocess
import sys
from pathlib import Path

import nibabel
import numpy as np
import pydicom
import pytest
from pydicom.dataset import FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage, generate_uid

STUDY, SPACE = generate_uid(entropy_srcs=["study"]), generate_uid(entropy_srcs=["space"])
ROWS, COLUMNS, SLICES, PHASES = 6, 8, 4, 3


def _image(time, level):
    image = pydicom.Dataset()
    image.file_meta = FileMetaDataset()
    image.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    image.file_meta.MediaStorageSOPClassUID = image.SOPClassUID = MRImageStorage
    image.SOPInstanceUID = generate_uid(entropy_srcs=["image", str(time), str(level)])
    image.file_meta.MediaStorageSOPInstanceUID = image.SOPInstanceUID
    image.SeriesInstanceUID = generate_uid(entropy_srcs=["series", str(time)])
    image.Modality, image.PatientID, image.SeriesNumber = "MR", "patient", 10 - time
    image.StudyInstanceUID, image.FrameOfReferenceUID = STUDY, SPACE
    image.AcquisitionDate, image.AcquisitionTime = "20200101", f"10{time:02d}00.500000"
    image.ImagePositionPatient = [-10.0, -20.0, 3.0 * level]
    image.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    image.PixelSpacing, image.SliceThickness = [2.0, 1.5], 3.0
    image.Rows, image.Columns, image.SamplesPerPixel = ROWS, COLUMNS, 1
    image.PhotometricInterpretation, image.PixelRepresentation = "MONOCHROME2", 0
    image.BitsAllocated, image.BitsStored, image.HighBit = 16, 16, 15
    image.PixelData = _pixels(time, level).tobytes()
    return image


def _pixels(time, level):
    return (np.arange(ROWS * COLUMNS) + 100 * level + 1000 * time).astype("<u2")


@pytest.fixture
def tiny_images():
    """The images of a study of 8 x 6 x 4 voxels and 3 phases, phase by phase from the feet."""
    return [_image(time, level) for time in range(PHASES) for level in range(SLICES)]


@pytest.fixture
def save_images(tmp_path):
    """A function that writes images to a new folder under names that tell nothing."""

    def save(images, name="study"):
        folder = tmp_path / name
        folder.mkdir()
        order = np.random.default_rng(0).permutation(len(images))
        for number, image in zip(order, images, strict=True):
            image.save_as(folder / f"{number:04d}.dcm", enforce_file_format=True)
        return folder

    return save


@pytest.fixture
def real_images(real_study):
    """The real study's images, phase by phase, each from the feet to the head."""
    paths = sorted((real_study / "dicom_slab").rglob("*.dcm"))
    images = [pydicom.dcmread(path) for path in paths]
    return sorted(images, key=lambda i: (float(i.AcquisitionTime), i.ImagePositionPatient[2]))


@pytest.fixture
def dcm2niix(tmp_path):
    """A function that gives what dcm2niix makes of a folder, as nibabel images."""
    program = shutil.which("dcm2niix", path=Path(sys.executable).parent) or shutil.which("dcm2niix")
    if not program:
        pytest.skip("dcm2niix is not installed")

    def convert(folder):
        out = tmp_path / f"dcm2niix of {folder.name}"
        out.mkdir()
        command = [program, "-f", "%s_%p_%z", "-z", "n", "-o", out, folder]
        subprocess.run(command, check=True, capture_output=True, timeout=60)
        return [nibabel.load(path) for path in sorted(out.glob("*.nii"))]

    return convert
