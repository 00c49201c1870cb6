"""DICOM SEG: one binary picture a frame, each with its segment's name and its own place."""

from dataclasses import dataclass

import numpy as np
import pydicom

from helpers.errors import InputError
from helpers.imaging.dicom.headers import is_dicom, numbers_of, quietly, read_header
from helpers.imaging.dicom.pixels import only_pixel_bits
from helpers.imaging.files import readable
from helpers.imaging.grids import normal, plane_affine

TAGS = [
    *("PatientID", "FrameOfReferenceUID", "Modality", "SegmentationType", "SegmentSequence"),
    *("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence", "NumberOfFrames"),
    *("Rows", "Columns", "BitsAllocated", "SamplesPerPixel", "PixelRepresentation", "PixelData"),
    *("BitsStored", "HighBit", "PhotometricInterpretation"),
]


@dataclass(frozen=True)
class SegmentFrame:
    """One frame: ``segment`` name, ``pixels`` (rows, columns) bool, ``affine`` (4, 4).

    The affine takes (column, row, 0) to RAS+ mm.
    """

    segment: str
    pixels: np.ndarray
    affine: np.ndarray


@dataclass(frozen=True)
class Segmentation:
    """A whole DICOM SEG: whose it is, the space it lies in, and its frames."""

    patient: str
    frame_of_reference: str
    frames: tuple[SegmentFrame, ...]


def is_segmentation(path):
    """Whether the DICOM file at ``path`` says that it is one; a damaged one does not."""
    try:
        with quietly():
            return read_header(path, numbers_of(["Modality"])).get("Modality") == "SEG"
    except Exception:  # a hostile header can raise anything
        return False


def read_segmentation(path, memory_cap):
    """The DICOM SEG at ``path`` as a Segmentation of at most ``memory_cap`` bytes.

    Raises InputError when it is no binary SEG, is damaged or asks for more memory.
    """
    try:
        with readable("it"), quietly():
            if not is_dicom(path):
                raise InputError("it is not DICOM; give a DICOM SEG file.")
            return _segmentation(read_header(path, numbers_of(TAGS), defer=None), memory_cap)
    except InputError:
        raise
    except Exception:  # a hostile header can raise anything
        raise InputError("it is damaged or cut short; get it again.") from None


def _segmentation(header, memory_cap):
    if header.get("Modality") != "SEG" or header.get("SegmentationType") != "BINARY":
        raise InputError("it is no binary DICOM SEG; export the mask as one.")
    names = {int(s.SegmentNumber): str(s.SegmentLabel) for s in header.SegmentSequence}
    pixels = _pixels(header, memory_cap)
    shared = (header.get("SharedFunctionalGroupsSequence") or [pydicom.Dataset()])[0]
    groups = header.PerFrameFunctionalGroupsSequence
    if len(groups) != len(pixels):
        raise InputError("it does not say where each of its frames lies; export it anew.")
    frames = [_frame(own, shared, names, image) for own, image in zip(groups, pixels, strict=True)]
    patient, space = header.get("PatientID"), header.get("FrameOfReferenceUID")
    return Segmentation(str(patient or ""), str(space or ""), tuple(frames))


def _pixels(header, memory_cap):
    count = int(header.get("NumberOfFrames") or 1)
    size = count * int(header.Rows) * int(header.Columns)
    if size > memory_cap:
        raise InputError("its header asks for more memory than is allowed; raise memory_cap.")
    stored = pydicom.pixels.pixel_array(header, raw=True, correct_unused_bits=False)
    if header.BitsAllocated > 1:
        only_pixel_bits(stored, header.BitsStored, header.HighBit)
    return stored.reshape(count, header.Rows, header.Columns).astype(bool)


def _frame(own, shared, names, pixels):
    number = _item(own, shared, "SegmentIdentificationSequence").ReferencedSegmentNumber
    position = _item(own, shared, "PlanePositionSequence").ImagePositionPatient
    orientation = _item(own, shared, "PlaneOrientationSequence").ImageOrientationPatient
    spacing = _item(own, shared, "PixelMeasuresSequence").PixelSpacing
    numbers = [np.array(value, float) for value in (position, orientation, spacing)]
    affine = plane_affine(*numbers, step=normal(numbers[1]))
    return SegmentFrame(names[int(number)], pixels, affine)


def _item(own, shared, name):
    return (own.get(name) or shared.get(name))[0]
