"""A phantom patient as files: DICOM, one series a phase, and a DICOM SEG with the truth."""

from pathlib import Path

import highdicom
import numpy as np
from highdicom.seg import SegmentAlgorithmTypeValues, SegmentationTypeValues, SegmentDescription
from pydicom.sr.codedict import Code, codes

from helpers.imaging.phantom.anatomy import Tissue
from helpers.imaging.phantom.dicom import (
    START,
    lasting_uid,
    phase_images,
    phase_name,
    rows,
    set_clock,
)

FGT = Code("C114467", "NCIt", "Mammary Fibroglandular Tissue")
SEGMENTS = (
    ("Breast", codes.SCT.Tissue, codes.SCT.Breast),
    ("Fibroglandular tissue", codes.SCT.Tissue, FGT),
    ("Lesion", codes.SCT.MorphologicallyAbnormalStructure, codes.SCT.Lesion),
)
LESIONS = (Tissue.LESION_MALIGNANT, Tissue.LESION_BENIGN)


def write_patient(patient, folder):
    """Write a `PhantomPatient` under ``folder``: one folder a phase and segmentation/seg.dcm.

    The same patient gives the same bytes, whenever it is written.
    """
    series = [phase_images(patient, t) for t in range(patient.times.size)]
    for t, images in enumerate(series):
        place = Path(folder) / phase_name(t)
        place.mkdir(parents=True, exist_ok=True)
        for image in images:
            image.save_as(place / f"{image.InstanceNumber:04d}.dcm", enforce_file_format=True)
    place = Path(folder) / "segmentation"
    place.mkdir(parents=True, exist_ok=True)
    _segmentation(patient, series[0]).save_as(place / "seg.dcm")


def label_map(patient):
    """(x, y, z) uint8: 1 breast without FGT, 2 FGT, 3 lesion, 0 elsewhere."""
    labels = patient.breast.astype(np.uint8)
    labels[patient.breast & (patient.tissue == Tissue.FGT)] = 2
    labels[patient.breast & np.isin(patient.tissue, LESIONS)] = 3
    return labels


def _segmentation(patient, images):
    labels = label_map(patient)
    planes = np.stack([rows(labels[:, :, k]) for k in reversed(range(labels.shape[2]))])
    seg = highdicom.seg.Segmentation(
        source_images=images,
        pixel_array=planes,
        segmentation_type=SegmentationTypeValues.BINARY,
        segment_descriptions=_descriptions(patient),
        series_instance_uid=lasting_uid(patient, "segmentation series"),
        series_number=100,
        sop_instance_uid=lasting_uid(patient, "segmentation"),
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
            tracking_uid=lasting_uid(patient, "segment", number),
            tracking_id=label,
        )
        for number, (label, category, kind) in enumerate(SEGMENTS, 1)
    ]


def _without_now(seg, patient):
    """The segmentation with every clock and random UID replaced by ones that stay."""
    set_clock(seg, ("Series", "Content", "InstanceCreation"), START)
    organisation = lasting_uid(patient, "dimensions")
    for item in (*seg.DimensionOrganizationSequence, *seg.DimensionIndexSequence):
        item.DimensionOrganizationUID = organisation
    for item in seg.ContributingEquipmentSequence:
        item.ContributionDateTime = f"{START:%Y%m%d%H%M%S.%f}"
    return seg
