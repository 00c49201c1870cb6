"""Phantom patients as files: DICOM, one series a phase, and a DICOM SEG with the truth.

DICOM counts from the patient's right front top (LPS+), the arrays from the left back bottom of
RAS+, so every image is flipped in x and y on the way.
"""

import datetime
import multiprocessing
import os
import shutil
import tempfile
import zlib
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import highdicom
import numpy as np
from highdicom.seg import SegmentAlgorithmTypeValues, SegmentationTypeValues, SegmentDescription
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sr.codedict import Code, codes
from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage, generate_uid

from helpers.imaging.anatomy import Tissue
from helpers.imaging.contrast_agent import FLIP_ANGLE, REPETITION_TIME
from helpers.imaging.phantom import make_patient

START = datetime.datetime(2000, 1, 1, 9, 0, 0)
THICKNESS = 1.1  # mm: slices are thin cuts, however far apart
FGT = Code("C114467", "NCIt", "Mammary Fibroglandular Tissue")
SEGMENTS = (
    ("Breast", codes.SCT.Tissue, codes.SCT.Breast),
    ("Fibroglandular tissue", codes.SCT.Tissue, FGT),
    ("Lesion", codes.SCT.MorphologicallyAbnormalStructure, codes.SCT.Lesion),
)
LESIONS = (Tissue.LESION_MALIGNANT, Tissue.LESION_BENIGN)


def write_patient(patient, folder):
    """Write a `PhantomPatient` under ``folder``: one folder a phase and segmentation/seg.dcm.

    The same patient gives the same bytes, whenever and wherever it is written.
    """
    series = [_phase_images(patient, t) for t in range(patient.times.size)]
    for t, images in enumerate(series):
        place = Path(folder) / _phase_name(t)
        place.mkdir(parents=True, exist_ok=True)
        for image in images:
            image.save_as(place / f"{image.InstanceNumber:04d}.dcm", enforce_file_format=True)
    place = Path(folder) / "segmentation"
    place.mkdir(parents=True, exist_ok=True)
    _segmentation(patient, series[0]).save_as(place / "seg.dcm")


def write_cohort(protocol, folder, progress=None):
    """Write the protocol's patients, each whole or not at all, and give back their folders.

    A patient that is there already is kept. ``progress`` (callable) is told each patient's
    folder when it is done. Works on all cores.
    """
    Path(folder).mkdir(parents=True, exist_ok=True)
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), mp_context=spawn) as pool:
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
    patient = make_patient(number, protocol)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{final.name}.", dir=folder))
    try:
        write_patient(patient, unfinished)
        unfinished.chmod(0o755)
        unfinished.rename(final)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return final


def _phase_name(t):
    return f"{t + 1:02d}_post{t}" if t else "01_pre"


def _uid(patient, *parts):
    """A UID that follows from what ``parts`` name and from the patient's voxels."""
    voxels = zlib.crc32(np.ascontiguousarray(patient.data[:, :, 0, 0]))
    named = (patient.patient, patient.data.shape, voxels, *parts)
    return generate_uid(entropy_srcs=[str(part) for part in named])


def _clock(dataset, names, moment):
    """Set the date and the time of each name in ``names``."""
    for name in names:
        setattr(dataset, f"{name}Date", moment.strftime("%Y%m%d"))
        setattr(dataset, f"{name}Time", moment.strftime("%H%M%S.%f"))


def _phase_images(patient, t):
    """The images of phase ``t``, the top slice first as scanners number them."""
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
    image.SeriesDescription = f"ax dyn {_phase_name(t)[3:]}"
    image.SeriesNumber = t + 1
    image.AcquisitionNumber = 1
    _clock(image, ("Study",), START)
    moment = START + datetime.timedelta(seconds=float(patient.times[t]))
    _clock(image, ("Series", "Acquisition", "Content", "InstanceCreation"), moment)
    _add_patient(image, patient)
    _add_scanner(image)
    image.StudyInstanceUID = _uid(patient, "study")
    image.SeriesInstanceUID = _uid(patient, "series", t)
    image.FrameOfReferenceUID = _uid(patient, "frame of reference")
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
    image.SOPInstanceUID = _uid(patient, "image", t, k)
    image.InstanceNumber = patient.data.shape[2] - k
    image.ImagePositionPatient = [_decimal(v) for v in (-right, -front, height)]
    image.SliceLocation = _decimal(height)
    image.PixelData = _rows(patient.data[:, :, k, t]).astype("<u2").tobytes()
    image["PixelData"].VR = "OW"
    image.file_meta = FileMetaDataset()
    image.file_meta.MediaStorageSOPClassUID = image.SOPClassUID
    image.file_meta.MediaStorageSOPInstanceUID = image.SOPInstanceUID
    image.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    return image


def _rows(plane):
    """An (x, y) array of RAS+ as (row, column) of LPS+."""
    return plane[::-1, ::-1].T


def label_map(patient):
    """(x, y, z) uint8: 1 breast without FGT, 2 FGT, 3 lesion, 0 elsewhere."""
    labels = patient.breast.astype(np.uint8)
    labels[patient.breast & (patient.tissue == Tissue.FGT)] = 2
    labels[patient.breast & np.isin(patient.tissue, LESIONS)] = 3
    return labels


def _segmentation(patient, images):
    labels = label_map(patient)
    planes = np.stack([_rows(labels[:, :, k]) for k in reversed(range(labels.shape[2]))])
    seg = highdicom.seg.Segmentation(
        source_images=images,
        pixel_array=planes,
        segmentation_type=SegmentationTypeValues.BINARY,
        segment_descriptions=_descriptions(patient),
        series_instance_uid=_uid(patient, "segmentation series"),
        series_number=100,
        sop_instance_uid=_uid(patient, "segmentation"),
        instance_number=1,
        manufacturer="Phantom",
        manufacturer_model_name="Tofts",
        software_versions="1",
        device_serial_number="0",
        series_description="Phantom truth",
    )
    return _without_now(seg, patient)


def _descriptions(patient):
    return [
        SegmentDescription(
            segment_number=number,
            segment_label=label,
            segmented_property_category=category,
            segmented_property_type=kind,
            algorithm_type=SegmentAlgorithmTypeValues.MANUAL,
            tracking_uid=_uid(patient, "segment", number),
            tracking_id=label,
        )
        for number, (label, category, kind) in enumerate(SEGMENTS, 1)
    ]


def _without_now(seg, patient):
    """The segmentation with every clock and random UID replaced by ones that stay."""
    _clock(seg, ("Series", "Content", "InstanceCreation"), START)
    organisation = _uid(patient, "dimensions")
    for item in (*seg.DimensionOrganizationSequence, *seg.DimensionIndexSequence):
        item.DimensionOrganizationUID = organisation
    for item in seg.ContributingEquipmentSequence:
        item.ContributionDateTime = f"{START:%Y%m%d%H%M%S.%f}"
    return seg
