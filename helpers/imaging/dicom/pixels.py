"""DICOM pixel data: where it lies in the file, and one frame of it as numbers."""

import os
from dataclasses import dataclass

import numpy as np
import pydicom
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian, RLELossless

from helpers.errors import InputError
from helpers.imaging.dicom.headers import value_of

PLAIN = (ImplicitVRLittleEndian, ExplicitVRLittleEndian)
GREY = ("MONOCHROME1", "MONOCHROME2")


@dataclass(frozen=True)
class Layout:
    """How a frame's pixels are stored.

    shape : rows and columns
    pixel_type : NumPy's name of a stored value's type, its sign included
    stored, high : how many bits of it are the pixel, and the highest of these, from 0
    """

    shape: tuple[int, int]
    pixel_type: str
    stored: int
    high: int

    @property
    def size(self):
        """Bytes of a frame."""
        return self.shape[0] * self.shape[1] * np.dtype(self.pixel_type).itemsize


def pixel_layout(header, path, frames):
    """Offset of the pixels in bytes, None where a decoder is needed, and their Layout.

    ``header`` comes from ``helpers.imaging.dicom.read_header``. Raises InputError for colour,
    for unusual depths and when the file is shorter than its own header says.
    """
    layout = _layout(header)
    stored = header.get_item("PixelData", keep_deferred=True)
    if stored is None:
        raise InputError("a DICOM file holds no pixels or is cut short; get it again.")
    if header.file_meta.get("TransferSyntaxUID") not in PLAIN:
        return None, layout
    size = frames * layout.size
    if stored.length < size or stored.value_tell + size > os.path.getsize(path):
        raise InputError("a DICOM file is cut short; get it again.")
    return stored.value_tell, layout


def _layout(header):
    shape = int(value_of(header, "Rows") or 0), int(value_of(header, "Columns") or 0)
    depth = int(value_of(header, "BitsAllocated") or 0)
    samples = int(value_of(header, "SamplesPerPixel") or 1)
    grey = (value_of(header, "PhotometricInterpretation") or GREY[0]) in GREY
    if min(shape) < 1 or samples != 1 or depth not in (8, 16, 32) or not grey:
        raise InputError("a DICOM image is not greyscale of 8, 16 or 32 bits; export it anew.")
    kind = "i" if value_of(header, "PixelRepresentation") == 1 else "u"
    return Layout(shape, f"<{kind}{depth // 8}", *_bits(header, depth))


def _bits(header, depth):
    """Bits stored and high bit; a decoder of JPEG's family puts the pixel into the low bits."""
    stored, high = int(value_of(header, "BitsStored") or depth), value_of(header, "HighBit")
    syntax = header.file_meta.get("TransferSyntaxUID")
    if high is None or syntax.is_encapsulated and syntax != RLELossless:
        high = stored - 1
    if not 1 <= stored <= int(high) + 1 <= depth:
        raise InputError("a DICOM image's stored bits do not fit its pixels; export it anew.")
    return stored, int(high)


def only_pixel_bits(values, stored, high):
    """``values`` (integers) without the bits that are no pixel, in place; signs are extended.

    Of each value ``stored`` bits up to ``high`` are the pixel, the others anything: an overlay,
    or nothing at all. DICOM PS3.5, 8.1.1.
    """
    width = 8 * values.itemsize
    if stored >= width:
        return values
    if values.dtype.kind == "u" and high + 1 == stored:
        values &= (1 << stored) - 1  # the same in half the time
    else:
        values <<= max(width - 1 - high, 0)
        values >>= width - stored
    return values


def read_pixels(frame):
    """Pixels of one ``helpers.imaging.dicom.Frame`` as an integer (rows, columns) array.

    Raises InputError when the file is cut short or no installed decoder reads it.
    """
    stored = _decode(frame) if frame.offset is None else _read(frame)
    return only_pixel_bits(stored, frame.layout.stored, frame.layout.high)


def _read(frame):
    rows, columns = frame.layout.shape
    kind = frame.layout.pixel_type
    try:
        stored = np.fromfile(frame.path, kind, rows * columns, offset=frame.offset)
    except OSError:  # its text names the file
        raise InputError("a DICOM file can no longer be read; get it again.") from None
    if stored.size != rows * columns:
        raise InputError("a DICOM file is cut short; get it again.")
    return stored.reshape(rows, columns)


def _decode(frame):
    options = {"index": frame.index, "raw": True, "correct_unused_bits": False}
    try:
        decoded = pydicom.pixels.pixel_array(frame.path, **options)
    except Exception:  # every decoder has errors of its own
        decoded = None
    if decoded is None or decoded.shape != frame.layout.shape:
        raise InputError(
            "a DICOM file's pixels are damaged, or compressed in a way that no installed decoder "
            "reads; decompress it first (for example with gdcmconv --raw)."
        )
    return decoded
