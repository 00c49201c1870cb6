"""Frames → phases: a complete grid of positions × phases.

A series is split by the first header value that gives every position every phase once. Neither
file names nor instance numbers decide anything.
"""

from dataclasses import replace

import numpy as np

from helpers.errors import InputError
from helpers.imaging.dicom.clock import on_one_clock, past_midnight
from helpers.imaging.dicom.phase_order import check_copies, check_moments, order_series
from helpers.imaging.dicom.series import check_same_grid
from helpers.imaging.grids import normal

KEYS = ("temporal", "trigger", "acquired", "acquisition", "content")
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
    phases = [phase for series in order_series(phases_of_series) for phase in series]
    _check_same_positions(phases)
    check_even(phases[0])
    return phases


def _on_one_clock(frames):
    """The frames with clock times that can be compared: all dated or none, and past midnight."""
    clocks = [
        past_midnight(on_one_clock([getattr(frame, key) for frame in frames]))
        for key in ("acquired", "content")
    ]
    return [
        replace(frame, acquired=acquired, content=content)
        for frame, acquired, content in zip(frames, *clocks, strict=True)
    ]


def _check_series(series):
    """Raise InputError where slices of one phase have each a series of their own."""
    alone = [frames[0] for frames in series if len(frames) == 1]
    if len(alone) > 1 and len(alone) == len(series) and _positions(alone).any():
        raise InputError(
            "each of its slices has a series UID of its own, so nothing tells which belong "
            "together; export it anew, its series UIDs kept."
        )


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
    check_copies([[frame] for frame, level in zip(frames, slices, strict=True) if level == 0])
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
    values = [getattr(frame, key) for frame in frames]
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
