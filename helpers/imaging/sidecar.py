"""The .json beside a NIfTI: the times of its phases, for which the header has no place."""

import json
import os
from pathlib import Path

import numpy as np

from helpers import reading
from helpers.errors import InputError
from helpers.imaging.files import readable
from helpers.imaging.nifti import is_ours, replace_file, stem

_LONGEST = 1 << 20  # bytes


def beside(path):
    """Where the times of the NIfTI at ``path`` are kept."""
    return stem(path).with_name(stem(path).name + ".json")


def check_place(path):
    """Refuse to write over a NIfTI, or a .json beside it, that was not written here before."""
    for place, ours in ((Path(path), is_ours), (beside(path), _is_sidecar)):
        if os.path.lexists(place) and (place.is_symlink() or not ours(place)):
            raise InputError(
                f"{place} is there and was not made by this: move it, or name another file."
            )


def write(path, shape, affine, times):
    """Write shape, spacing and times (time,) in s, NaN where only their order is known."""
    known = not np.isnan(times).any()
    told = {
        "shape": list(shape),
        "spacing_mm": [round(float(s), 6) for s in np.linalg.norm(affine[:3, :3], axis=0)],
        "times_known": known,
        "times_s": [float(t) for t in times] if known else None,
    }
    replace_file(beside(path), [json.dumps(told, indent=1).encode()])


def read_times(path, phases):
    """The times (time,) in s beside a NIfTI of so many phases; NaN where there is no such file.

    raises : InputError when the file is no JSON with as many rising times
    """
    place = beside(path)
    if not os.path.lexists(place):
        return np.full(phases, np.nan)
    with readable(place):
        content = place.read_bytes()[:_LONGEST]
    try:
        told = reading.parsed(content).get("times_s")
        times = np.array(told or [], float)
    except Exception:  # a stranger's file
        raise InputError(f"{place} is no JSON with times_s; delete or correct it.") from None
    if told is None:
        return np.full(phases, np.nan)
    if times.shape != (phases,) or not (np.isfinite(times).all() and (np.diff(times) > 0).all()):
        raise InputError(f"{place} does not give {phases} rising times; delete or correct it.")
    return times


def _is_sidecar(path):
    try:
        return {"shape", "times_known"} <= dict(reading.parsed(reading.content(path))).keys()
    except (OSError, ValueError, TypeError):
        return False
