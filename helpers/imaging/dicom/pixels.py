"""DICOM pixel data: where it lies in the file, and one frame of it as numbers."""

import os

import numpy as np
import pydicom
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from helpers.errors import InputError
from helpers.imaging.dicom.headers import value_of

PLAIN = (ImplicitVRLittleEndian, ExplicitVRLittleEndian)


def pixel_layout(header, path, frames):
    """Offset of the pixels in bytes, their type and the (rows, columns) of a frame.

    The offset is None where a decoder is needed. ``header`` comes from
    ``helpers.imaging.dicom.read_header``. Raises InputError for colour, for unusual depths and
    when the file is shorter than its own header says.
    """
    shape = int(value_of(header, "Rows") or 0), int(value_of(header, "Columns") or 0)
    depth = int(value_of(header, "BitsAllocated") or 0)
    samples = int(value_of(header, "SamplesPerPixel") or 1)
    if min(shape) < 1 or samples != 1 or depth not in (8, 16, 32):
        raise InputError("a DICOM image is not greyscale of 8, 16 or 32 bits; export it anew.")
    kind = "i" if value_of(header, "PixelRepresentation") == 1 else "u"
    pixel_type = f"<{kind}{depth // 8}"
    stored = header.get_item("PixelData", keep_deferred=True)
    if stored is None:
        raise InputError("a DICOM file holds no pixels or is cut short; get it again.")
    if header.file_meta.get("TransferSyntaxUID") not in PLAIN:
        return None, pixel_type, shape
    size = frames * shape[0] * shape[1] * depth // 8
    if stored.length < size or stored.value_tell + size > os.path.getsize(path):
        raise InputError("a DICOM file is cut short; get it again.")
    return stored.value_tell, pixel_type, shape


def read_pixels(frame):
    """Stored values of one ``helpers.imaging.dicom.Frame`` as an integer (rows, columns) array.

    Raises InputError when the file is cut short or no installed decoder reads it.
    """
    rows, columns = frame.shape
    if frame.offset is None:
        return _decode(frame)
    try:
        stored = np.fromfile(frame.path, frame.pixel_type, rows * columns, offset=frame.offset)
    except OSError:  # its text names the file
        raise InputError("a DICOM file can no longer be read; get it again.") from None
    if stored.size != rows * columns:
        raise InputError("a DICOM file is cut short; get it again.")
    return stored.reshape(rows, columns)


def _decode(frame):
    try:
        decoded = pydicom.pixels.pixel_array(frame.path, index=frame.index, raw=True)
    except Exception:  # every decoder has errors of its own
        decoded = None
    if decoded is None or decoded.shape != frame.shape:
        raise InputError(
            "a DICOM file's pixels are damaged, or compressed in a way that no installed decoder "
            "reads; decompress it first (for example with gdcmconv --raw)."
        )
    return decoded
