"""A phantom patient's phases as DICOM images, tagged the way a scanner would.

DICOM counts from the patient's right front top (LPS+), the arrays from the left back bottom of
RAS+, so every image is flipped in x and y on the way.
"""

import datetime
import zlib

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage, generate_uid

from helpers.imaging.phantom.contrast_agent import FLIP_ANGLE, REPETITION_TIME

START = datetime.datetime(2000, 1, 1, 9, 0, 0)
THICKNESS = 1.1  # mm: slices are thin cuts, however far apart


def phase_name(t):
    """What phase ``t`` (int) is called: 01_pre, 02_post1 …"""
    return f"{t + 1:02d}_post{t}" if t else "01_pre"


def lasting_uid(patient, *parts):
    """A UID that follows from what ``parts`` name and from the patient's voxels."""
    voxels = zlib.crc32(np.ascontiguousarray(patient.data[:, :, 0, 0]))
    named = (patient.patient, patient.data.shape, voxels, *parts)
    return generate_uid(entropy_srcs=[str(part) for part in named])


def set_clock(dataset, names, moment):
    """Set the date and the time of each name in ``names``."""
    for name in names:
        setattr(dataset, f"{name}Date", moment.strftime("%Y%m%d"))
        setattr(dataset, f"{name}Time", moment.strftime("%H%M%S.%f"))


def phase_images(patient, t):
    """The pydicom images of phase ``t`` (int), the top slice first as scanners number them."""
    common = _common(patient, t)
    slices = range(patient.data.shape[2])
    return [_image(patient, common, t, k) for k in reversed(slices)]


def _common(patient, t):
    image = Dataset()
    image.SOPClassUID = MRImageStorage
    image.ImageType = ["ORIGINAL", "PRIMARY", "M", "ND"]
    image.Modality = "MR"
    image.Manufacturer = "Phantom"
    image.ManufacturerModelName = "Tofts"
    image.StudyDescription = "MRI BREAST BILATERAL"
    image.SeriesDescription = f"ax dyn {phase_name(t)[3:]}"
    image.SeriesNumber = t + 1
    image.AcquisitionNumber = 1
    set_clock(image, ("Study",), START)
    moment = START + datetime.timedelta(seconds=float(patient.times[t]))
    set_clock(image, ("Series", "Acquisition", "Content", "InstanceCreation"), moment)
    _add_patient(image, patient)
    _add_scanner(image)
    image.StudyInstanceUID = lasting_uid(patient, "study")
    image.SeriesInstanceUID = lasting_uid(patient, "series", t)
    image.FrameOfReferenceUID = lasting_uid(patient, "frame of reference")
    _add_grid(image, patient)
    return image


def _add_patient(image, patient):
    image.PatientID = patient.patient
    image.PatientName = f"{patient.patient}^"
    image.PatientBirthDate = ""
    image.PatientSex = "F"
    image.PatientIdentityRemoved = "YES"
    image.DeidentificationMethod = "synthetic: no person was imaged"
    image.AccessionNumber = image.ReferringPhysicianName = image.StudyID = ""
    image.PositionReferenceIndicator = ""


def _add_scanner(image):
    image.BodyPartExamined = "BREAST"
    image.ScanningSequence = "GR"
    image.SequenceVariant = ["SP", "OSP"]
    image.ScanOptions = "FS"
    image.MRAcquisitionType = "3D"
    image.RepetitionTime = round(1000 * REPETITION_TIME, 3)
    image.EchoTime = 1.39
    image.EchoTrainLength = 1
    image.MagneticFieldStrength = 1.5
    image.FlipAngle = round(float(np.rad2deg(FLIP_ANGLE)), 3)
    image.PatientPosition = "FFP"


def _add_grid(image, patient):
    spacing = np.diag(patient.affine)
    image.SliceThickness = THICKNESS
    image.SpacingBetweenSlices = _decimal(spacing[2])
    image.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    image.PixelSpacing = [_decimal(spacing[1]), _decimal(spacing[0])]
    image.Columns, image.Rows = patient.data.shape[:2]
    image.SamplesPerPixel = 1
    image.PhotometricInterpretation = "MONOCHROME2"
    image.BitsAllocated, image.BitsStored, image.HighBit = 16, 12, 11
    image.PixelRepresentation = 0
    image.WindowCenter, image.WindowWidth = 125, 250


def _decimal(value):
    """A number in the sixteen characters that DICOM's decimal strings have room for."""
    return f"{value:.10g}"


def _image(patient, common, t, k):
    image = Dataset()
    image.update(common)
    last = np.array(patient.data.shape[:2]) - 1
    right, front, height, _ = patient.affine @ [*last, k, 1]
    image.SOPInstanceUID = lasting_uid(patient, "image", t, k)
    image.InstanceNumber = patient.data.shape[2] - k
    image.ImagePositionPatient = [_decimal(v) for v in (-right, -front, height)]
    image.SliceLocation = _decimal(height)
    image.PixelData = rows(patient.data[:, :, k, t]).astype("<u2").tobytes()
    image["PixelData"].VR = "OW"
    image.file_meta = FileMetaDataset()
    image.file_meta.MediaStorageSOPClassUID = image.SOPClassUID
    image.file_meta.MediaStorageSOPInstanceUID = image.SOPInstanceUID
    image.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    return image


def rows(plane):
    """A plane (x, y) of RAS+ as (row, column) of LPS+."""
    return plane[::-1, ::-1].T
