"""Frames → phases: a complete grid of positions × phases, and when each phase was taken.

A series is split by the first header value that gives every position every phase once. Neither
file names nor instance numbers decide anything.
"""

from dataclasses import replace
from itertools import combinations, pairwise

import numpy as np

from helpers.errors import InputError
from helpers.imaging.dicom.clock import DAY, on_one_clock, past_midnight
from helpers.imaging.dicom.series import CHOOSE, check_same_grid, listed, same_pixels
from helpers.imaging.grids import normal

KEYS = ("temporal", "trigger", "acquired", "acquisition", "content")
SERIES_ORDER = ("trigger", "temporal", "acquisition", "content", "series_number")
SAME_PLACE = 0.01  # mm: frames nearer than this lie at one position
EVEN = 0.02  # slice gaps may part from their mean by this share


def sort_into_phases(frames):
    """Frames of one study as a list of phases, each a list of frames along the slice normal.

    ``frames`` are ``helpers.imaging.dicom.Frame`` of one kind. Raises InputError for phases of
    different shape or of one acquisition time, missing slices or phases, and when nothing tells
    the phases apart.
    """
    check_same_grid(frames)
    ordered = _split_by(_on_one_clock(frames), lambda f: f.series)
    _check_series(ordered)
    phases_of_series = [split_series(series) for series in ordered]
    check_moments([phase for series in phases_of_series for phase in series])
    phases = [phase for series in _order_series(phases_of_series) for phase in series]
    _check_same_positions(phases)
    check_even(phases[0])
    return phases


def _on_one_clock(frames):
    acquired = [frame.acquired for frame in frames]
    clock = on_one_clock(acquired)
    if clock == acquired:
        return frames
    return [replace(f, acquired=seconds) for f, seconds in zip(frames, clock, strict=True)]


def _check_series(series):
    """Raise InputError where slices of one phase have each a series of their own."""
    alone = [frames[0] for frames in series if len(frames) == 1]
    if len(alone) > 1 and len(alone) == len(series) and _positions(alone).any():
        raise InputError(
            "each of its slices has a series UID of its own, so nothing tells which belong "
            "together; export it anew, its series UIDs kept."
        )


def check_moments(phases):
    """Raise InputError when two phases have one acquisition time.

    They may have it where each has a trigger time or a temporal number of its own.
    """
    together = _split_by(phases, lambda phase: _start(phase, "acquired"))
    for tied in together:
        if len(tied) > 1 and _start(tied[0], "acquired") is not None and not _are_told_apart(tied):
            _check_copies([phase[0] for phase in tied])
            numbers = listed({phase[0].series_number for phase in tied})
            raise InputError(
                f"phases of its series {numbers} have one acquisition time, so they are pictures "
                f"of one moment; {CHOOSE}."
            )


def _are_told_apart(phases):
    values = [{_start(phase, key) for phase in phases} for key in ("trigger", "temporal")]
    return any(None not in found and len(found) == len(phases) for found in values)


def _check_copies(frames):
    """Raise InputError when two of the frames have the same pixels."""
    if any(same_pixels(*pair) for pair in combinations(frames, 2)):
        raise InputError("the same images are there twice; keep one copy.")


def _split_by(frames, key):
    groups = {}
    for frame in frames:
        groups.setdefault(key(frame), []).append(frame)
    return list(groups.values())


def split_series(frames):
    """One series as a list of phases, in order; each a list of frames along the slice normal.

    Raises InputError when slices are missing or no header value yields a complete grid.
    """
    slices = _positions(frames)
    counts = np.bincount(slices)
    if counts.max() > counts.min():
        raise InputError("a slice or a phase is missing (or there twice); get the study again.")
    if counts.max() == 1:
        return [_along(frames, slices)]
    for key in KEYS:
        phases = _grid(frames, slices, key)
        if phases:
            return phases
    _check_copies([frame for frame, level in zip(frames, slices, strict=True) if level == 0])
    raise InputError("nothing in the headers tells the phases of a series apart; export it anew.")


def _along(frames, slices):
    return [frames[i] for i in np.argsort(slices)]


def _positions(frames):
    """Number of the slice that each frame lies in, counted along the slice normal."""
    across = normal(frames[0].orientation)
    heights = np.array([frame.position for frame in frames]) @ across
    order = np.argsort(heights, kind="stable")
    steps = np.diff(heights[order], prepend=heights[order[0]]) > SAME_PLACE
    slices = np.empty(len(frames), int)
    slices[order] = np.cumsum(steps)
    return slices


def _grid(frames, slices, key):
    """The phases that ``key`` yields, or None where it gives no complete grid."""
    values = _values(frames, key)
    levels = sorted(set(values) - {None})
    places = set(zip(slices, values, strict=True))
    if None in values or len(places) < len(frames):
        return None
    if len(levels) * (slices.max() + 1) != len(frames):
        return None
    if key == "temporal" and levels[-1] - levels[0] != len(levels) - 1:
        raise InputError("a phase is missing: the temporal positions have a gap; get it again.")
    members = [[i for i, v in enumerate(values) if v == level] for level in levels]
    return [_along([frames[i] for i in those], slices[those]) for those in members]


def _values(frames, key):
    values = [getattr(frame, key) for frame in frames]
    return past_midnight(values) if key in ("acquired", "content") else values


def _order_series(series):
    """Series in the order of acquisition; ties are parted by the first value that can."""
    if len(series) == 1:
        return series
    starts = past_midnight([_start(phases[0], "acquired") for phases in series])
    known = [0 if start is None or None in starts else start for start in starts]
    ties = _ties([phases[0] for phases in series], known)
    return [series[i] for i in sorted(range(len(series)), key=lambda i: (known[i], ties[i]))]


def _start(phase, key):
    values = [getattr(frame, key) for frame in phase]
    return None if None in values else min(values)


def _ties(phases, known):
    for key in SERIES_ORDER:
        values = [_start(phase, key) for phase in phases]
        if key == "content":
            values = past_midnight(values)
        if len(set(zip(known, values, strict=True))) == len(phases):
            comparable = [
                0 if known.count(k) == 1 else v for k, v in zip(known, values, strict=True)
            ]
            if None not in comparable:
                return comparable
    raise InputError("nothing in the headers tells the order of the series; export them anew.")


def _check_same_positions(phases):
    if len({len(phase) for phase in phases}) > 1:
        raise InputError("its phases are of different shape or a slice is missing; get it again.")
    places = np.array([[frame.position for frame in phase] for phase in phases])
    if np.abs(places - places[0]).max() > SAME_PLACE * 10:
        raise InputError("its phases do not lie at the same positions; get the study again.")


def check_even(phase):
    """The step (3,) mm from slice to slice, LPS+, of frames sorted along the normal.

    A single slice steps by its thickness. Raises InputError for uneven or sheared slices.
    """
    across = normal(phase[0].orientation)
    if len(phase) == 1:
        return across * (phase[0].thickness or 1.0)
    places = np.array([frame.position for frame in phase])
    step = (places[-1] - places[0]) / (len(places) - 1)
    expected = places[0] + np.arange(len(places))[:, None] * step
    allowed = EVEN * np.linalg.norm(step) + SAME_PLACE
    if np.abs(places - expected).max() > allowed:
        raise InputError("its slices are unevenly spaced: one may be missing; get it again.")
    if np.linalg.norm(np.cross(step, across)) > allowed:
        raise InputError("its slices are sheared (a tilted gantry); resample the study first.")
    return step


def phase_times(phases):
    """Seconds of each phase after the first, (time,); all NaN where only the order is known.

    From the acquisition's date and time; where these are equal or missing, TriggerTime is added.
    Raises InputError when the clock runs against the order of the phases.
    """
    acquired = past_midnight([_start(phase, "acquired") for phase in phases])
    trigger = [_start(phase, "trigger") for phase in phases]
    if None not in acquired:
        times = _with_delays(np.subtract(acquired, acquired[0]), trigger)
    else:
        times = None if None in trigger else np.subtract(trigger, trigger[0])
    if times is None or not _rises(times):
        return np.full(len(phases), np.nan)
    return np.round(times.astype(float), 4)


def _with_delays(clock, trigger):
    """The clock, plus the trigger delay for phases that share one start of acquisition."""
    if (np.diff(clock) < 0).any():
        raise InputError("the phases' times contradict their order; export the study anew.")
    shared = [np.count_nonzero(clock == time) > 1 for time in clock]
    if any(tied and delay is None for tied, delay in zip(shared, trigger, strict=True)):
        return None
    times = clock + [d if tied else 0.0 for tied, d in zip(shared, trigger, strict=True)]
    return times - times[0]


def _rises(times):
    return all(0 < later - earlier < DAY / 2 for earlier, later in pairwise(times))
