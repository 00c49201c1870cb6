"""NIfTI files: voxels and affine, checked before any memory is asked for, written whole or not."""

import gzip
import os
import zlib
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, product
from pathlib import Path

import nibabel
import numpy as np

from helpers import atomic
from helpers.errors import InputError
from helpers.imaging.dicom.headers import quietly
from helpers.imaging.files import readable
from helpers.imaging.grids import check_affine, check_square, to_nearest_ras

GIB = 1 << 30
DEFLATE_AT_MOST = 1032  # bytes out of one byte in, the format's own limit (zlib's FAQ)
HEADER = 352
MADE_BY = b"train-again"
LONGEST_EXTENSION = 1 << 20
MEMBERS_AT_ONCE = 64
ONE_PLACE = 0.5  # voxel: nearer than this the same voxel is meant
MM = {0: 1.0, 1: 1000.0, 2: 1.0, 3: 0.001}  # by the unit's code: none, metre, mm, micron (nifti1.h)


def check_memory(shape, memory_cap, itemsize=4):
    """Raise InputError when ``shape`` voxels of ``itemsize`` bytes exceed ``memory_cap`` bytes."""
    needed = max(itemsize, 4) * int(np.prod([int(n) for n in shape], dtype=object))
    if needed > memory_cap:
        raise InputError(
            f"its header asks for {needed / GIB:.1f} GiB where {memory_cap / GIB:.1f} GiB are "
            "allowed; raise memory_cap if the study is really that large."
        )


def stem(path):
    """``path`` without .nii or .nii.gz; raises InputError for any other ending."""
    path = Path(path)
    for ending in (".nii.gz", ".nii"):
        if path.name.lower().endswith(ending):
            return path.with_name(path.name[: -len(ending)])
    raise InputError(f"{path} does not end in .nii or .nii.gz; name it so.")


def read_voxels(path, memory_cap):
    """Voxels (x, y, z) or (x, y, z, time), scaled, and affine (4, 4), in the nearest RAS+ order.

    Integers stay integers where the file does not scale them. Raises InputError when the file is
    no NIfTI-1, is damaged, has no place in space, or asks for more than ``memory_cap`` bytes or
    than it can hold.
    """
    stem(path)
    try:
        with quietly():
            voxels, affine = _read(path, memory_cap)
            turn, _, affine = to_nearest_ras(affine, voxels.shape[:3])
    except InputError as error:
        raise InputError(f"{path}: {error}") from None
    except Exception:  # a hostile header can raise anything
        raise InputError(f"{path} is damaged or no NIfTI-1 file; write it again.") from None
    return nibabel.orientations.apply_orientation(voxels, turn), affine


def _read(path, memory_cap):
    with readable("it"), open(path, "rb"):
        opener = gzip.open if _is_packed(path) else open
    with opener(path, "rb") as file:
        header = nibabel.Nifti1Header.from_fileobj(file)
        count = _check(header, path, memory_cap)
        file.seek(int(header["vox_offset"]))
        stored = file.read(count * header.get_data_dtype().itemsize)
        if file.read(1):
            raise InputError("the file is longer than its header says; write it again.")
    voxels = np.frombuffer(stored, header.get_data_dtype(), count)
    voxels = _scale(voxels.reshape(header.get_data_shape(), order="F"), header)
    _check_one_place(header)
    return voxels, check_square(check_affine(_in_mm(header) @ header.get_best_affine()))


def _check_one_place(header):
    """Raise InputError where sform and qform differ: one program believes this, another that."""
    if header["sform_code"] and header["qform_code"] and not _apart(header) <= ONE_PLACE:
        raise InputError(
            "its sform and qform say two places, and programs differ in which they believe; keep "
            "the one that is right."
        )


def _apart(header):
    """How far qform puts a corner from where sform does, voxels; NaN where it is impossible."""
    ends = [(0, n - 1) for n in header.get_data_shape()[:3]]
    corners = np.array(list(product(*ends, [1])))
    try:
        between = np.linalg.inv(header.get_sform()) @ header.get_qform()
    except (ValueError, np.linalg.LinAlgError):
        return np.nan
    return np.abs(corners @ between.T - corners).max()


def _in_mm(header):
    """What takes the header's unit of length to mm; a header that names none means mm."""
    code = int(header["xyzt_units"]) & 7
    if code not in MM:
        raise InputError("its header names a unit of length that is not known; write mm.")
    return np.diag([MM[code]] * 3 + [1.0])


def _check(header, path, memory_cap):
    shape, kind = header.get_data_shape(), header.get_data_dtype()
    if header["magic"].item() != b"n+1" or not HEADER <= header["vox_offset"] <= LONGEST_EXTENSION:
        raise InputError("it is no single-file NIfTI-1; write it as .nii or .nii.gz.")
    if len(shape) not in (3, 4) or min(shape) < 1 or kind.kind not in "iufb":
        raise InputError("it is not a 3-D or 4-D image of plain numbers; write it so.")
    if not header["sform_code"] and not header["qform_code"]:
        raise InputError("its header does not say where it lies in space; write an sform.")
    check_memory(shape, memory_cap, kind.itemsize)
    count = int(np.prod(shape, dtype=object))
    ratio = DEFLATE_AT_MOST if _is_packed(path) else 1
    if count * kind.itemsize > os.path.getsize(path) * ratio:
        raise InputError("its header asks for more voxels than the file can hold; get it again.")
    return count


def _scale(voxels, header):
    slope, intercept = header.get_slope_inter()
    if slope is None or (slope, intercept) == (1, 0):
        return voxels
    return voxels.astype(np.float32) * np.float32(slope) + np.float32(intercept)


def write_voxels(data, affine, path):
    """Write (x, y, z, time) ``data`` and its affine to ``path``, whole or not at all.

    Whole numbers are stored as int16 where they fit, which loses nothing.
    """
    planes = [data[:, :, z, t] for t in range(data.shape[3]) for z in range(data.shape[2])]
    kind = np.dtype(np.int16 if all(map(_is_int16, planes)) else np.float32)
    write_planes(planes, data.shape, kind, affine, path)


def _is_int16(plane):
    if not -32768 <= plane.min() <= plane.max() <= 32767:
        return False
    return np.array_equal(plane.astype(np.int16), plane)


def write_planes(planes, shape, kind, affine, path):
    """Write (x, y) ``planes``, z after z and phase after phase, to ``path``, whole or not at all.

    ``shape`` (4,) is of all planes together, ``kind`` the type to store. The time step is left
    0, unknown: the phases of a DCE study are not evenly spaced.
    """
    stem(path)
    header = nibabel.Nifti1Header()
    header.set_data_shape(shape)
    header.set_data_dtype(kind)
    header.set_zooms((*np.linalg.norm(affine[:3, :3], axis=0), 0.0))
    header.set_xyzt_units("mm", "sec")
    header.set_sform(affine, code="scanner")
    header.set_qform(affine, code="scanner")
    header["descrip"] = MADE_BY
    header["magic"], header["vox_offset"] = b"n+1", HEADER
    head = header.binaryblock + bytes(HEADER - len(header.binaryblock))
    blocks = (np.ascontiguousarray(plane.T, kind).data for plane in planes)
    replace_file(path, _packed(head, blocks) if _is_packed(path) else chain([head], blocks))


def is_ours(path):
    """Whether a file is a NIfTI whose header says that it was written here."""
    opened = gzip.open if _is_packed(path) else open
    try:
        with opened(path, "rb") as file:
            header = nibabel.Nifti1Header.from_fileobj(file, check=False)
    except (OSError, EOFError, ValueError, zlib.error, nibabel.spatialimages.HeaderDataError):
        return False
    return bytes(header["descrip"]).rstrip(b"\0") == MADE_BY


def _is_packed(path):
    return Path(path).name.lower().endswith(".gz")


def _packed(head, blocks):
    """A gzip file may have several members: each block is one, so that threads share the work."""
    yield _member(head)
    waiting = deque()
    with ThreadPoolExecutor() as threads:
        for block in blocks:
            waiting.append(threads.submit(_member, bytes(block)))
            if len(waiting) >= MEMBERS_AT_ONCE:
                yield waiting.popleft().result()
        yield from (member.result() for member in waiting)


def _member(block):
    return gzip.compress(block, 1, mtime=0)


def replace_file(path, blocks):
    """Write byte ``blocks`` beside ``path`` and then put the file in its place, atomically.

    Raises InputError when the disk refuses it; nothing is left behind.
    """
    with atomic.replacing(path, lasting=False) as temporary, temporary.open("wb") as file:
        file.writelines(blocks)
