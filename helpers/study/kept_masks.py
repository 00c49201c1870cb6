"""The masks that a cell drew, in a file beside its record: ``<fold>-<digest>.masks``.

One line an array: its shape, its bits packed and compressed, and the SHA-256 of both. The record
names the arrays of each patient by that digest, and the file by the digests of all. So a file that
is torn, changed or another's is found, equal arrays are one line, and no patient's name is in it.
Beside what was drawn stands what it is judged by: the truth, and which slices are labelled.
"""

import base64
import hashlib
import json
import math
import zlib

import numpy as np

from helpers import reading
from helpers.errors import InputError

DRAWN, TRUTH, LABELLED = KINDS = "mask_sha256", "truth_sha256", "labelled_sha256"
SUFFIX = ".masks"  # of a file's name
CARRIED = "masks"  # under which a record brings its file from the worker to the ledger
_MOST = 2**30  # voxels of an array
_MOST_TOGETHER = 2**31  # voxels of all arrays of a file
_BYTES = 2**28  # of a file
LONGEST = 2**28  # bytes of a line


def carried(held_out, drawn):
    """What a cell's record has more when its masks are kept: dict of the digests and the file.

    held_out : list of Prepared; drawn : as many (slice, row, column) bool arrays
    """
    arrays = {
        DRAWN: drawn,
        TRUTH: [patient.truth for patient in held_out],
        LABELLED: [patient.labelled for patient in held_out],
    }
    lines = {kind: [line(array) for array in found] for kind, found in arrays.items()}
    names = [patient.patient for patient in held_out]
    named = {
        kind: dict(zip(names, (one["sha256"] for one in made), strict=True))
        for kind, made in lines.items()
    }
    return named | {CARRIED: content(one for made in lines.values() for one in made)}


def read(folder, record):
    """What the network of a record drew: dict of patient → (slice, row, column) bool.

    On the patient's own grid, upright as ``Prepared`` has it.
    folder : the study's; record : one of its ledger, ``Ledger.records`` or ``second_records``
    raises : InputError when its masks were not kept, or are not those that it names
    """
    return _arrays(folder, record)[DRAWN]


def truths(folder, record):
    """What the masks of a record are judged by: dict of patient → (truth, labelled), both bool.

    truth : (slice, row, column); labelled : (slice,); arguments and errors are those of ``read``
    """
    found = _arrays(folder, record)
    return {patient: (found[TRUTH][patient], found[LABELLED][patient]) for patient in found[DRAWN]}


def keeps(record):
    """Whether the masks of a record were kept when it was made: those of all its patients."""
    patients = record["dsc_percent"].keys()
    each = [record.get(kind) or {} for kind in KINDS]
    return all(one.keys() == patients and all(one.values()) for one in each)


def are_whole(folder, record):
    """Whether the masks that a record names, if it names any, are there and are those."""
    return not keeps(record) or _found(folder, record) is not None


def path(folder, record):
    """Where the masks of a record are."""
    place = folder / record["arm"] / f"{record['repetition']:03d}"
    return place / f"{record['fold']:02d}-{_together(named(record))}{SUFFIX}"


def named(record):
    """The digests of all arrays that a record names: set."""
    return {digest for kind in KINDS for digest in record[kind].values()}


def line(array):
    """An array of bool, of any shape, as a dict of text and numbers."""
    bits = np.packbits(np.ascontiguousarray(array, dtype=bool)).tobytes()
    shape = [int(n) for n in array.shape]
    text = base64.b64encode(zlib.compress(bits, 9)).decode()
    return {"bits": text, "sha256": _digest(shape, bits), "shape": shape}


def content(lines):
    """A file's content, bytes: each of the lines (dicts) once, in the order of their digests."""
    once = {one["sha256"]: one for one in lines}
    return b"".join(
        json.dumps(one, sort_keys=True).encode() + b"\n" for _, one in sorted(once.items())
    )


def opened(text):
    """The arrays in a file's content: dict of digest → (shape, packed bits).

    None where a line is torn or changed, or there is none.
    """
    try:
        found = dict(_opened(one) for one in text.splitlines())
        together = sum(math.prod(shape) for shape, _ in found.values())
        return found if found and together <= _MOST_TOGETHER else None
    except (ValueError, TypeError, KeyError, AttributeError, zlib.error):
        return None


def sound(path):
    """The bytes of a file of masks; None where they are not what its name says.

    raises : OSError when it is missing or cannot be read
    """
    text = reading.content(path, most=_BYTES)
    found = opened(text)
    return text if found and path.stem.partition("-")[2] == _together(found) else None


def _opened(text):
    one = reading.parsed(text)
    shape, bits = one["shape"], base64.b64decode(one["bits"], validate=True)
    counted = all(type(n) is int and n > 0 for n in shape)
    if not counted or (voxels := math.prod(shape)) > _MOST:
        raise ValueError("no shape")
    size = -(-voxels // 8)
    packed = zlib.decompressobj().decompress(bits, size + 1)  # and never more than that
    if len(packed) != size or _digest(shape, packed) != one["sha256"]:
        raise ValueError("other bits")
    return one["sha256"], (shape, packed)


def _found(folder, record):
    """The arrays of a record's file: dict of digest → (shape, packed bits); None if it is lost."""
    try:
        found = opened(reading.content(path(folder, record), most=_BYTES))
    except OSError:
        return None
    return found if found and found.keys() == named(record) else None


def _arrays(folder, record):
    cell = f"{record['arm']} {record['repetition']}/{record['fold']:02d}"
    if not keeps(record):
        raise InputError(
            f"{folder} kept no masks of {cell}: make a study with 'run --keep-masks' in a folder "
            "of its own."
        )
    found = _found(folder, record)
    if found is None:
        raise InputError(
            f"{path(folder, record)} is missing or is not what its record names: bring it back "
            "from a copy, or let 'run' train that cell again."
        )
    arrays = {digest: _unpacked(*packed) for digest, packed in found.items()}
    return {
        kind: {patient: arrays[digest] for patient, digest in record[kind].items()}
        for kind in KINDS
    }


def _unpacked(shape, packed):
    bits = np.unpackbits(np.frombuffer(packed, "uint8"), count=math.prod(shape))
    return bits.reshape(shape).astype(bool)


def _digest(shape, packed):
    return hashlib.sha256(json.dumps(shape).encode() + b"\n" + packed).hexdigest()


def _together(digests):
    return hashlib.sha256("\n".join(sorted(digests)).encode()).hexdigest()[:16]
