"""In which order phases were taken, and when: by the clock, else by what the header has beside it.

What a header has lost is unknown: it neither orders nor hides what the others still say.
"""

import hashlib
from itertools import combinations, groupby, pairwise

import numpy as np

from helpers.errors import InputError
from helpers.imaging.dicom.clock import DAY
from helpers.imaging.dicom.pixels import read_pixels
from helpers.imaging.dicom.series import CHOOSE, listed, same_pixels

SERIES_ORDER = ("trigger", "temporal", "acquisition", "content", "series_number")
IN_SECONDS = ("trigger", "content")
CONTRADICT = "the phases' times contradict their order; export the study anew."


def check_moments(phases):
    """Raise InputError when two phases have one acquisition time, or the same pixels and no time.

    They may have one time where each has a trigger time or a temporal number of its own.
    """
    moments = [_start(phase, "acquired") for phase in phases]
    if None in moments:
        check_copies(phases)
    for moment in set(moments) - {None}:
        tied = [p for p, own in zip(phases, moments, strict=True) if own == moment]
        if len(tied) > 1 and not _are_told_apart(tied):
            check_copies(tied)
            numbers = listed({phase[0].series_number for phase in tied})
            raise InputError(
                f"phases of its series {numbers} have one acquisition time, so they are pictures "
                f"of one moment; {CHOOSE}."
            )


def _are_told_apart(phases):
    values = [{_start(phase, key) for phase in phases} for key in ("trigger", "temporal")]
    return any(None not in found and len(found) == len(phases) for found in values)


def check_copies(phases):
    """Raise InputError when two phases, lists of frames, have the same pixels in every frame."""
    ordered = sorted(phases, key=_middle)
    for _, alike in groupby(ordered, _middle):
        for pair in combinations(alike, 2):
            if len({*map(len, pair)}) == 1 and all(map(same_pixels, *pair)):
                raise InputError("the same images are there twice; keep one copy.")


def _middle(phase):
    """What the frame in the middle shows: equal in copies, and seldom in others."""
    return hashlib.sha256(read_pixels(phase[len(phase) // 2]).tobytes()).digest()


def order_series(series):
    """Series, each a list of phases, in the order of acquisition.

    Ties are parted by the first value that can. Raises InputError when nothing can, and when the
    seconds that are known run against that order.
    """
    if len(series) == 1:
        return series
    first = [phases[0] for phases in series]
    starts = [_start(phase, "acquired") for phase in first]
    known = [0 if None in starts else start for start in starts]
    key, ties = _ties(first, known)
    order = sorted(range(len(series)), key=lambda i: (known[i], ties[i]))
    _check_rising([starts[i] for i in order if starts[i] is not None])
    ordered = [series[i] for i in order]
    if key in IN_SECONDS:
        _check_not_woven([phase for phases in ordered for phase in phases], key)
    return ordered


def _start(phase, key):
    """The least value of a phase's frames that is known, or None."""
    values = [getattr(frame, key) for frame in phase]
    return min((v for v in values if v is not None), default=None)


def _ties(phases, known):
    """The first key that parts the phases where ``known`` does not, and its values."""
    for key in SERIES_ORDER:
        values = [_start(phase, key) for phase in phases]
        if len(set(zip(known, values, strict=True))) == len(phases):
            comparable = [
                0 if known.count(k) == 1 else v for k, v in zip(known, values, strict=True)
            ]
            if None not in comparable:
                return key, comparable
    raise InputError("nothing in the headers tells the order of the series; export them anew.")


def _check_rising(seconds):
    if any(later < earlier for earlier, later in pairwise(seconds)):
        raise InputError(CONTRADICT)


def _check_not_woven(phases, key):
    """Raise InputError where phases of one start, or of none, fall between those of a series."""
    for _, tied in groupby(phases, lambda phase: _start(phase, "acquired")):
        values = [_start(phase, key) for phase in tied]
        if None not in values:
            _check_rising(values)


def phase_times(phases):
    """Seconds of each phase after the first, (time,); all NaN where only the order is known.

    From the acquisition's date and time; where these are equal or missing, TriggerTime is added.
    Raises InputError when the clock runs against the order of the phases.
    """
    acquired = [_whole_start(phase, "acquired") for phase in phases]
    trigger = [_whole_start(phase, "trigger") for phase in phases]
    if None not in acquired:
        times = _with_delays(np.subtract(acquired, acquired[0]), trigger)
    else:
        times = None if None in trigger else np.subtract(trigger, trigger[0])
    if times is None or not _rises(times):
        return np.full(len(phases), np.nan)
    return np.round(times.astype(float), 4)


def _whole_start(phase, key):
    """The least value of a phase's frames; None where one is not known, as it may be the least."""
    return None if any(getattr(frame, key) is None for frame in phase) else _start(phase, key)


def _with_delays(clock, trigger):
    """The clock, plus the trigger delay for phases that share one start of acquisition."""
    _check_rising(clock)
    shared = [np.count_nonzero(clock == time) > 1 for time in clock]
    if any(tied and delay is None for tied, delay in zip(shared, trigger, strict=True)):
        return None
    times = clock + [d if tied else 0.0 for tied, d in zip(shared, trigger, strict=True)]
    return times - times[0]


def _rises(times):
    return all(0 < later - earlier < DAY / 2 for earlier, later in pairwise(times))
