"""Arrays on disk, mapped into memory: many processes that read them hold one copy in all.

Beside the arrays' files, one plain .npy each, lies a list of their digests. It is written last:
without it the arrays are nothing. Nothing here is ever unpickled.
"""

import functools
import hashlib
import mmap

import numpy as np

from helpers import atomic, reading


def keep(arrays, place):
    """Write arrays (dict) to ``PLACE-<name>.npy`` each, and then their digests to ``PLACE.sha256``.

    raises : InputError naming the file when the disk refuses it
    """
    for name, array in arrays.items():
        with atomic.replacing(_file(place, name)) as temporary, temporary.open("wb") as file:
            np.save(file, np.ascontiguousarray(array), allow_pickle=False)
    seals = "".join(f"{name} {_seal(_file(place, name))}\n" for name in arrays)
    atomic.write_bytes(_seals(place), seals.encode())


def kept(place):
    """The arrays that were kept at a place, mapped and read-only: dict.

    None where one is missing, torn, a link or not what was kept there.
    """
    try:
        seals = reading.content(_seals(place)).decode().splitlines()
        return {name: _proved(_file(place, name), seal) for name, seal in map(str.split, seals)}
    except (OSError, ValueError):
        return None


def let_go(*arrays):
    """Give back the memory that mapped arrays have come to hold; looked at, they are read anew.

    Arrays that were not mapped by ``kept`` stay as they are, as all do where the system cannot.
    """
    for array in arrays:
        mapped = getattr(array.base, "base", None)
        if isinstance(mapped, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
            mapped.madvise(mmap.MADV_DONTNEED)


def _proved(path, seal):
    """A plain view of the mapped array: numpy's own class for it costs time at each look."""
    if _seal(path) != seal:
        raise ValueError(f"{path} is not what was kept there")
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))


def _seal(path):
    """The digest of a file's name and content: the same content under another name is no proof."""
    with reading.regular(path) as file:
        named = functools.partial(hashlib.sha256, path.name.encode())
        return hashlib.file_digest(file, named).hexdigest()


def _file(place, name):
    return place.with_name(f"{place.name}-{name}.npy")


def _seals(place):
    return place.with_name(f"{place.name}.sha256")
