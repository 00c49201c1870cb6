"""A tiny DICOM study that a test can damage, and the ways to export the real one again."""

import copy
import shutil
import subprocess
import sys
from pathlib import Path

import highdicom
import nibabel
import numpy as np
import pydicom
import pytest
from pydicom.dataset import FileMetaDataset
from pydicom.sr.codedict import codes
from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage, generate_uid

from helpers.imaging.volumes import read_dicom

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


def described(number, label):
    return highdicom.seg.SegmentDescription(
        segment_number=number,
        segment_label=label,
        segmented_property_category=codes.SCT.Tissue,
        segmented_property_type=codes.SCT.Tissue,
        algorithm_type=highdicom.seg.SegmentAlgorithmTypeValues.MANUAL,
    )


@pytest.fixture
def volume(tiny_images, save_images):
    return read_dicom(save_images(tiny_images))


@pytest.fixture
def pictures():
    """Segments (slice, row, column, segment) in the order of the file: breast, then tumour."""
    rng = np.random.default_rng(3)
    drawn = np.zeros((4, 6, 8, 2), np.uint8)
    drawn[1:3, :, :, 0] = rng.integers(0, 2, (2, 6, 8))
    drawn[2, 1:3, 4:7, 1] = 1
    return drawn


def write_seg(images, pictures, segments, path):
    """Let highdicom write pictures on some images as a DICOM SEG with these segments."""
    for number, image in enumerate(images):
        image.PatientName = image.PatientBirthDate = image.PatientSex = image.StudyID = ""
        image.StudyDate = image.StudyTime = image.AccessionNumber = ""
        image.InstanceNumber = number + 1
    highdicom.seg.Segmentation(
        source_images=images,
        pixel_array=pictures,
        segmentation_type=highdicom.seg.SegmentationTypeValues.BINARY,
        segment_descriptions=segments,
        series_instance_uid=highdicom.UID(),
        series_number=300,
        sop_instance_uid=highdicom.UID(),
        instance_number=1,
        manufacturer="nobody",
        manufacturer_model_name="none",
        software_versions="0",
        device_serial_number="0",
        omit_empty_frames=True,
    ).save_as(path)


@pytest.fixture
def save_seg(tiny_images, tmp_path):
    """A function that lets highdicom write pictures of the tiny study as a DICOM SEG."""

    def save(pictures, change=None):
        breast, tumour = described(1, "breast"), described(2, "tumour")
        path = tmp_path / "seg.dcm"
        write_seg(copy.deepcopy(tiny_images[:4]), pictures, [breast, tumour], path)
        if change:
            written = pydicom.dcmread(path)
            change(written)
            written.save_as(path)
        return path

    return save
