"""Which series of a study are its phases: those that repeat one acquisition.

Where that is plain, the others are left out and named; where not, a person chooses by number.
"""

import numpy as np

from helpers.errors import InputError
from helpers.imaging.dicom.kinds import tell_apart
from helpers.imaging.dicom.pixels import read_pixels

CHOOSE = "choose the phases with extract --series"


def check_one_study(frames):
    """Raise InputError unless all frames are of one study and one patient."""
    _check_one(frames, "study", "it holds more than one study; keep one in a folder.")
    _check_one(frames, "patient", "it holds more than one patient; keep one study in a folder.")


def _check_one(frames, name, reason):
    if len({getattr(frame, name) for frame in frames}) > 1:
        raise InputError(reason)


def check_same_grid(frames):
    """Raise InputError unless all frames share space, shape and pixel grid."""
    space = "its series lie in different frames of reference; register them."
    _check_one(frames, "frame_of_reference", space)
    shape = f"its phases are of different shape; keep the dynamic series alone, or {CHOOSE}."
    _check_one(frames, "shape", shape)
    for name in ("orientation", "spacing"):
        values = np.array([getattr(frame, name) for frame in frames])
        if not np.allclose(values, values[0], rtol=0, atol=1e-4):
            raise InputError(
                f"its phases differ in {name}; keep the dynamic series alone, or {CHOOSE}."
            )


def drop_copies(frames):
    """The frames without those sent twice, and how many these were.

    The same image is there twice when two files have its UID. Raises InputError when their
    headers or their pixels differ.
    """
    first, kept = {}, []
    for frame in frames:
        known = first.setdefault((frame.uid, frame.index), frame) if frame.uid else frame
        if known is frame:
            kept.append(frame)
        elif known.told() != frame.told() or not same_pixels(known, frame):
            raise InputError("two different images have one UID; keep the one that is right.")
    return kept, len(frames) - len(kept)


def same_pixels(one, other):
    """Whether two frames have the same stored values."""
    return np.array_equal(read_pixels(one), read_pixels(other))


def choose(frames, wanted=None):
    """The frames that are phases, and {reason: numbers} of the series that were left out.

    ``wanted`` are numbers of the series that a person chose. Without them originals of one kind
    go before what was derived from them. Raises InputError when a number is missing, when no
    slice is left or when the originals are not all of one kind.
    """
    if wanted is not None:
        frames = _wanted(frames, wanted)
    flat = [frame for frame in frames if not frame.kind.tiled]
    if not flat or wanted is not None and len(flat) < len(frames):
        raise InputError("its images are tiled: one picture of many slices; export single slices.")
    if wanted is not None:
        return flat, {}
    originals = [frame for frame in flat if not frame.kind.derived] or flat
    _check_kinds(originals)
    return originals, _left_out(frames, originals)


def _wanted(frames, wanted):
    missing = sorted(set(wanted) - {frame.series_number for frame in frames})
    if not wanted:
        raise InputError(f"no series is named; {CHOOSE}.")
    if missing:
        there = listed({frame.series_number for frame in frames})
        raise InputError(f"it has no series {listed(missing)}; it has {there}.")
    return [frame for frame in frames if frame.series_number in wanted]


def _left_out(frames, kept):
    kept = set(map(id, kept))
    out = {"tiled": set(), "derived": set()}
    for frame in frames:
        if id(frame) not in kept:
            out["tiled" if frame.kind.tiled else "derived"].add(frame.series_number)
    return {reason: numbers for reason, numbers in out.items() if numbers}


def _check_kinds(frames):
    labels, differ = tell_apart(frame.kind for frame in frames)
    if not differ:
        return
    groups = {}
    for frame in frames:
        groups.setdefault(labels[frame.kind], set()).add(frame.series_number)
    told = sorted(groups.values(), key=min)
    series = " and ".join(f"({listed(numbers)})" for numbers in told)
    if len(set.union(*told)) < sum(map(len, told)):
        raise InputError(
            f"images inside its series {series} differ in {listed(differ)}: phases repeat one "
            "acquisition; keep one kind in the folder."
        )
    raise InputError(
        f"its series {series} differ in {listed(differ)}: phases repeat one acquisition; "
        f"{CHOOSE} {','.join(map(str, sorted(max(told, key=len))))}."
    )


def listed(values):
    """ "3, 5 and 8" """
    *before, last = map(str, sorted(values))
    return f"{', '.join(before)} and {last}" if before else last
