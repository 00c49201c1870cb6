"""DICOM headers and pixels: the few tags that place an image in space and time, nothing else.

A header is material from a stranger: whatever reading it raises becomes one InputError, which
names the folder as it was given and never a file or a value out of the header.
"""

from dataclasses import dataclass, fields
from pathlib import Path

from pydicom.uid import (
    EnhancedMRImageStorage,
    LegacyConvertedEnhancedMRImageStorage,
    MRImageStorage,
)

from helpers.errors import InputError
from helpers.imaging.content import dicom_files
from helpers.imaging.dicom import kinds
from helpers.imaging.dicom.clock import read_clock
from helpers.imaging.dicom.headers import Tags, numbers_of, read_header, text_of, value_of
from helpers.imaging.dicom.pixels import Layout, pixel_layout
from helpers.imaging.files import readable

IDENTITY = ["PatientID", "StudyInstanceUID", "SeriesInstanceUID", "SeriesNumber", "SOPInstanceUID"]
PLACE = ["FrameOfReferenceUID", "ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing"]
TIME = ["AcquisitionDateTime", "AcquisitionDate", "AcquisitionTime", "ContentTime"]
ORDER = ["TemporalPositionIdentifier", "TriggerTime", "AcquisitionNumber"]
PIXEL = [
    *("Rows", "Columns", "SliceThickness", "RescaleSlope", "RescaleIntercept", "PixelData"),
    *("SamplesPerPixel", "PhotometricInterpretation", "PixelRepresentation"),
    *("BitsAllocated", "BitsStored", "HighBit"),
]
KIND = ["Modality", "SOPClassUID", "NumberOfFrames", *kinds.WHITELIST]
MULTIFRAME = ["SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"]
WHITELIST = [*IDENTITY, *PLACE, *TIME, *ORDER, *PIXEL, *KIND, *MULTIFRAME]
NUMBERS = numbers_of(WHITELIST)
MR_CLASSES = (MRImageStorage, EnhancedMRImageStorage, LegacyConvertedEnhancedMRImageStorage)
ABOUT_THE_FILE = ("path", "offset", "series", "series_number")


@dataclass(frozen=True)
class Frame:
    """One 2-D image: where it lies, when it was taken and how to get at its pixels.

    ``position`` (3,) and ``spacing`` (row, column) mm, ``orientation`` (6,), LPS+; ``acquired``
    and ``content`` are clock times in s, ``trigger`` s; what the header lacks is None. ``uid`` is
    the image's own. ``offset`` is the pixels' place in the file in bytes, None where a decoder is
    needed.
    """

    path: Path
    index: int
    offset: int | None
    layout: Layout
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
    uid: str
    kind: kinds.Kind

    @property
    def shape(self):
        """Rows and columns."""
        return self.layout.shape

    def told(self):
        """All that the header says of the image itself, as a tuple, not of file and series."""
        names = (field.name for field in fields(self) if field.name not in ABOUT_THE_FILE)
        return tuple(getattr(self, name) for name in names)


def read_frames(folder):
    """All MR frames under ``folder`` as a list of Frame, in no particular order.

    DICOMDIR, other modalities and files that are recognised as something else than DICOM are
    passed over. Raises InputError when there is no MR image, when a file cannot be read or is
    damaged, and when a header lacks what is needed.
    """
    with readable(folder):
        there = Path(folder).is_dir()
    if not there:
        raise InputError(f"{folder} is not a folder: give the folder of one DICOM study.")
    frames = []
    for path in dicom_files(folder):
        frames.extend(_frames_of(path))
    if not frames:
        raise InputError(f"{folder} holds no DICOM MR image: give the folder of one study.")
    return frames


def _frames_of(path):
    try:
        with readable("a file in it"):
            header = read_header(path, NUMBERS)
            return _read_frames_of(header, path) if _is_mr(header) else []
    except InputError:
        raise
    except Exception:  # a hostile header can raise anything
        raise InputError("the header of a DICOM file is damaged; get it again.") from None


def _is_mr(header):
    """By the modality, or by the class of image where the header does not tell it."""
    modality = str(value_of(header, "Modality") or "").strip().upper()
    image_class = value_of(header, "SOPClassUID")
    if not modality and not image_class:
        raise InputError("a DICOM file does not say its modality; export it anew.")
    return modality == "MR" or not modality and image_class in MR_CLASSES


def _read_frames_of(header, path):
    count = int(value_of(header, "NumberOfFrames") or 1)
    groups = header.get("PerFrameFunctionalGroupsSequence")
    if groups is None and count == 1:
        groups = [None]
    if groups is None or len(groups) != count or count < 1:
        raise InputError("a multi-frame file does not say where its frames lie; export it anew.")
    shared = next(iter(header.get("SharedFunctionalGroupsSequence") or []), None)
    place = path, *pixel_layout(header, path, count)
    return [_frame(Tags(header, shared, own), i, *place) for i, own in enumerate(groups)]


def _frame(tags, index, path, offset, layout):
    return Frame(
        path=path,
        index=index,
        offset=None if offset is None else offset + index * layout.size,
        layout=layout,
        kind=kinds.kind_of(tags),
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
        "uid": text_of(tags.header, "SOPInstanceUID"),
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
