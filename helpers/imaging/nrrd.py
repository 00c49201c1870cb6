"""NRRD label maps, as 3D Slicer writes them, checked before any memory is asked for."""

import re
import zlib

import nrrd
import numpy as np
from nibabel import orientations

from helpers.errors import InputError
from helpers.imaging.files import readable
from helpers.imaging.grids import LPS_TO_RAS, check_affine, check_square, to_nearest_ras
from helpers.imaging.nifti import check_memory

TYPES = {
    **dict.fromkeys(("uchar", "unsigned char", "uint8", "uint8_t"), "u1"),
    **dict.fromkeys(("signed char", "int8", "int8_t"), "i1"),
    **dict.fromkeys(("short", "short int", "signed short", "int16", "int16_t"), "i2"),
    **dict.fromkeys(("ushort", "unsigned short", "uint16", "uint16_t"), "u2"),
    **dict.fromkeys(("int", "signed int", "int32", "int32_t"), "i4"),
    **dict.fromkeys(("uint", "unsigned int", "uint32", "uint32_t"), "u4"),
    **dict.fromkeys(("longlong", "long long", "long long int", "int64", "int64_t"), "i8"),
    **dict.fromkeys(("ulonglong", "unsigned long long", "uint64", "uint64_t"), "u8"),
    **{"float": "f4", "double": "f8"},
}
MM = {"": 1, "mm": 1, "millimeter": 1, "cm": 10, "m": 1000, "meter": 1000}
MM |= dict.fromkeys(("um", "µm", "μm", "micron", "micrometer"), 0.001)
TO_RAS = {
    "left-posterior-superior": LPS_TO_RAS,
    "lps": LPS_TO_RAS,
    "right-anterior-superior": np.eye(4),
    "ras": np.eye(4),
}


def read_label_map(path, memory_cap):
    """Labels (x, y, z) in the nearest RAS+ order, affine (4, 4) and names {name: values}.

    A name that several segments share has the values of all; one whose segment has no LabelValue
    has none. Raises InputError when the file is no NRRD with its data in it, is damaged, overlaps
    its segments, or asks for more than ``memory_cap`` bytes.
    """
    try:
        with readable("it"), open(path, "rb") as file:
            header = nrrd.read_header(file)
            labels = _labels(header, file, memory_cap)
        names = _names(header)
        turn, _, affine = to_nearest_ras(_affine(header), labels.shape)
    except InputError as error:
        raise InputError(f"{path}: {error}") from None
    except Exception:  # a hostile header can raise anything
        raise InputError(f"{path} is damaged or no NRRD file; write it again.") from None
    return orientations.apply_orientation(labels, turn), affine, names


def _labels(header, file, memory_cap):
    shape = tuple(int(n) for n in header["sizes"])
    if "data file" in header or "datafile" in header:
        raise InputError("its voxels lie in another file; save it as one .nrrd.")
    if len(shape) != 3 or min(shape) < 1:
        raise InputError("it is not one 3-D label map; merge its segments into one.")
    if header["type"].lower() not in TYPES:
        raise InputError("its type is no number that is read here; save it as uint8.")
    order = ">" if header.get("endian") == "big" else "<"
    kind = np.dtype(order + TYPES[header["type"].lower()])
    check_memory(shape, memory_cap, kind.itemsize)
    needed = int(np.prod(shape, dtype=object)) * kind.itemsize
    stored = _unpack(file, header["encoding"].lower(), needed)
    if len(stored) != needed:
        raise InputError("its voxels are fewer or more than its header says; write it again.")
    return np.frombuffer(stored, kind).reshape(shape, order="F")


def _unpack(file, encoding, needed):
    if encoding == "raw":
        return file.read(needed + 1)
    if encoding not in ("gzip", "gz"):
        raise InputError("its encoding is neither raw nor gzip; write it as one of them.")
    return zlib.decompressobj(wbits=47).decompress(file.read(), needed + 1)


def _affine(header):
    space = TO_RAS.get(str(header.get("space")).lower())
    if space is None or header.get("space directions") is None or "space origin" not in header:
        raise InputError("its header does not say where it lies in space; write an LPS space.")
    affine = np.eye(4)
    affine[:3, :3] = np.array(header["space directions"], float).T
    affine[:3, 3] = np.array(header["space origin"], float)
    return check_square(check_affine(space @ _in_mm(header) @ affine))


def _in_mm(header):
    units = [str(unit).strip().lower() for unit in header.get("space units") or ["mm"] * 3]
    if len(units) != 3 or not set(units) <= set(MM):
        raise InputError("its header names a unit of length that is not known; write mm.")
    return np.diag([*(MM[unit] for unit in units), 1.0])


def _names(header):
    found = [re.fullmatch(r"(Segment\d+)_(?:Name|LabelValue)", key) for key in header]
    names = {}
    for key in dict.fromkeys(match.group(1) for match in found if match):
        if int(header.get(f"{key}_Layer") or 0) != 0:
            raise InputError("its segments lie in several layers; merge them into one.")
        value = _label_value(header.get(f"{key}_LabelValue"))
        name = str(header.get(f"{key}_Name") or value).strip()
        names.setdefault(name, set()).update(() if value is None else [value])
    return names


def _label_value(text):
    if text is None:
        return None
    try:
        value = int(text)
    except ValueError:
        value = 0
    if not value:
        raise InputError("a segment's LabelValue is 0 or no whole number; write it again.")
    return value
