"""DICOM headers and pixels: the few tags that place an image in space and time, nothing else.

A header is material from a stranger: whatever reading it raises becomes one InputError, which
names the folder as it was given and never a file or a value out of the header.
"""

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from helpers.errors import InputError
from helpers.imaging.dicom.clock import read_clock
from helpers.imaging.dicom.headers import Tags, is_dicom, numbers_of, read_header, value_of
from helpers.imaging.dicom.pixels import pixel_layout

IDENTITY = ["PatientID", "StudyInstanceUID", "SeriesInstanceUID", "SeriesNumber"]
PLACE = ["FrameOfReferenceUID", "ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing"]
TIME = ["AcquisitionDateTime", "AcquisitionDate", "AcquisitionTime", "ContentTime"]
ORDER = ["TemporalPositionIdentifier", "TriggerTime", "AcquisitionNumber"]
PIXEL = ["Rows", "Columns", "SliceThickness", "RescaleSlope", "RescaleIntercept", "PixelData"]
KIND = ["Modality", "SOPClassUID", "NumberOfFrames", "SamplesPerPixel", "BitsAllocated"]
MULTIFRAME = ["SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"]
WHITELIST = [*IDENTITY, *PLACE, *TIME, *ORDER, *PIXEL, *KIND, *MULTIFRAME, "PixelRepresentation"]
NUMBERS = numbers_of(WHITELIST)

SUFFIXES = (".dcm", ".dicom", ".ima")


@dataclass(frozen=True)
class Frame:
    """One 2-D image: where it lies, when it was taken and how to get at its pixels.

    ``position`` (3,) and ``spacing`` (row, column) mm, ``orientation`` (6,), LPS+; ``acquired``
    and ``content`` are clock times in s, ``trigger`` s; what the header lacks is None. ``offset``
    is the pixels' place in the file in bytes, None where a decoder is needed.
    """

    path: Path
    index: int
    offset: int | None
    pixel_type: str
    shape: tuple[int, int]
    slope: float
    intercept: float
    position: tuple[float, ...]
    orientation: tuple[float, ...]
    spacing: tuple[float, ...]
    thickness: float | None
    patient: str
    study: str
    series: str
    series_number: int
    frame_of_reference: str
    temporal: int | None
    trigger: float | None
    acquired: float | None
    acquisition: int | None
    content: float | None


def read_frames(folder):
    """All MR frames under ``folder`` as a list of Frame, in no particular order.

    Files that are not DICOM, DICOMDIR and other modalities are passed over. Raises InputError
    when there is no MR image, when a file is damaged or when the header lacks what is needed.
    """
    frames = []
    for path in _files(folder):
        frames.extend(_frames_of(path, folder))
    if not frames:
        raise InputError(f"{folder} holds no DICOM MR image: give the folder of one study.")
    return frames


def _files(folder):
    if not Path(folder).is_dir():
        raise InputError(f"{folder} is not a folder: give the folder of one DICOM study.")
    found = [Path(root) / name for root, _, names in os.walk(folder) for name in sorted(names)]
    return [path for path in found if path.is_file() and path.name.upper() != "DICOMDIR"]


def _frames_of(path, folder):
    try:
        if not is_dicom(path):
            return _refuse_or_skip(path)
        header = read_header(path, NUMBERS)
        return _read_frames_of(header, path) if value_of(header, "Modality") == "MR" else []
    except InputError as error:
        raise InputError(f"{folder}: {error}") from None
    except Exception:  # a hostile header can raise anything
        raise InputError(
            f"{folder}: the header of a DICOM file is damaged; get it again."
        ) from None


def _refuse_or_skip(path):
    if path.suffix.lower() in SUFFIXES:
        raise InputError("a file is named like DICOM but is not, or is cut short; get it again.")
    return []


def _read_frames_of(header, path):
    count = int(value_of(header, "NumberOfFrames") or 1)
    groups = header.get("PerFrameFunctionalGroupsSequence")
    if groups is None and count == 1:
        groups = [None]
    if groups is None or len(groups) != count or count < 1:
        raise InputError("a multi-frame file does not say where its frames lie; export it anew.")
    shared = next(iter(header.get("SharedFunctionalGroupsSequence") or []), None)
    layout = pixel_layout(header, path, count)
    return [_frame(Tags(header, shared, own), i, layout, path) for i, own in enumerate(groups)]


def _frame(tags, index, layout, path):
    offset, pixel_type, shape = layout
    size = shape[0] * shape[1] * np.dtype(pixel_type).itemsize
    return Frame(
        path=path,
        index=index,
        offset=None if offset is None else offset + index * size,
        pixel_type=pixel_type,
        shape=shape,
        **_values(tags),
        **_place(tags),
        **_identity(tags),
        **_time(tags),
    )


def _values(tags):
    group = "PixelValueTransformationSequence"
    slope = tags.number(float, "RescaleSlope", group)
    intercept = tags.number(float, "RescaleIntercept", group)
    if slope == 0:
        raise InputError("a DICOM image's rescale slope is 0; export it anew.")
    return {"slope": 1.0 if slope is None else slope, "intercept": intercept or 0.0}


def _place(tags):
    spacing = tags.numbers("PixelSpacing", "PixelMeasuresSequence", 2)
    if min(spacing) <= 0:
        raise InputError("a DICOM image's pixel spacing is not above 0; export it anew.")
    return {
        "position": tags.numbers("ImagePositionPatient", "PlanePositionSequence", 3),
        "orientation": tags.numbers("ImageOrientationPatient", "PlaneOrientationSequence", 6),
        "spacing": spacing,
        "thickness": tags.number(float, "SliceThickness", "PixelMeasuresSequence"),
    }


def _identity(tags):
    return {
        "patient": str(tags.get("PatientID") or ""),
        "study": str(tags.get("StudyInstanceUID") or ""),
        "series": str(tags.get("SeriesInstanceUID") or ""),
        "series_number": tags.number(int, "SeriesNumber") or 0,
        "frame_of_reference": str(tags.get("FrameOfReferenceUID") or ""),
    }


def _time(tags):
    content = "FrameContentSequence"
    delay = tags.number(float, "TemporalPositionTimeOffset", "TemporalPositionSequence")
    trigger = tags.number(float, "TriggerTime")
    return {
        "temporal": tags.number(
            int, "TemporalPositionIdentifier", content, "TemporalPositionIndex"
        ),
        "trigger": delay if trigger is None else trigger / 1000,
        "acquired": read_clock(
            tags.get("AcquisitionDateTime", content, "FrameAcquisitionDateTime"),
            tags.get("AcquisitionDate"),
            tags.get("AcquisitionTime"),
        ),
        "acquisition": tags.number(int, "AcquisitionNumber", content, "FrameAcquisitionNumber"),
        "content": read_clock(None, None, tags.get("ContentTime")),
    }
