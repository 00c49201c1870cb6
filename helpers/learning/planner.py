"""A protocol that fits a cohort, and why: the numbers that its images decide.

As nnU-Net's planner does (Isensee 2021): the spacing that most images have, slices that hold all of
an image, as many poolings as they allow, and the mini-batch that memory allows.
"""

import math
import statistics
from collections import Counter
from dataclasses import dataclass, replace

from helpers.errors import InputError
from helpers.imaging.resampling import SAME, is_same
from helpers.learning import footprint, memory
from helpers.protocol import PAPER, Protocol

_BOTTOM = 4  # pixels that the last pooling leaves at least, as in nnU-Net
_COARSEST = 8  # times the images' spacing: what does not fit then never will


@dataclass(frozen=True)
class Plan:
    """A protocol, and the reason of each number that a cohort has decided: field → words."""

    protocol: Protocol
    reasons: dict


def plan(seen, like, name):
    """The Plan for a cohort, a list of Seen; all other numbers are those of ``like``.

    raises : InputError when no protocol can serve it, with the reason
    """
    subjects = len({one.subject for one in seen})
    if subjects < 2:
        raise InputError(
            f"There is {subjects} subject with {len(seen)} image(s): one is held out and one is "
            "trained on, so bring two at least."
        )
    plane, phases = _plane(seen), _phases(seen, like)
    folds = min(like.folds, subjects)
    known = {
        "patients": (len(seen), f"images, of {subjects} subjects"),
        "folds": (folds, "as in " + like.name if folds == like.folds else "one a subject"),
        "plane": plane,
        "phases": phases,
    }
    known |= _grid(seen, like, plane[0], phases[0])
    values = {field: value for field, (value, _) in known.items()}
    return Plan(replace(like, name=name, **values), {f: why for f, (_, why) in known.items()})


def _plane(seen):
    planes = Counter(one.plane for one in seen)
    if len(planes) > 1:
        counts = ", ".join(f"{n} {plane}" for plane, n in planes.most_common())
        return "acquired", f"the images are {counts}: each is cut across its coarsest axis"
    [plane] = planes
    even = all(is_same(min(one.spacing), max(one.spacing)) for one in seen)
    return plane, "no axis is coarser" if even else "the coarsest axis lies across"


def _phases(seen, like):
    common = set.intersection(*(set(one.phases) for one in seen))
    if not common:
        raise InputError(
            "No phase is in all images with more than one value: leave out those that lack it."
        )
    wanted = tuple(p for p in like.phases if p in common) or tuple(sorted(common)[:1])
    all_of_them = wanted == like.phases
    return wanted, f"as in {like.name}, in all images" if all_of_them else "all that images share"


def _grid(seen, like, plane, phases):
    """Spacing, size, depth and batch: the finest grid whose step fits in memory."""
    spacing, why = _spacing(seen, plane)
    for factor in range(1, _COARSEST + 1):
        pixels = _pixels(seen, plane, factor * spacing)
        depth, size = _depth(pixels)
        fine = replace(like, phases=phases, depth=depth, size=size)
        batch = _batch(fine)
        if batch:
            break
    else:
        raise InputError(f"Slices of {size} × {size} pixels need more memory than a GPU has.")
    coarser = f"; {factor} times as coarse, so that a step fits in memory" if factor > 1 else ""
    return {
        "spacing": (round(factor * spacing, 6), why + coarser),
        "size": (size, f"the largest image has {pixels} pixels a side"),
        "depth": (depth, f"poolings, which leave {size >> depth} pixels"),
        "batch": (batch, f"slices; {footprint.unet(replace(fine, batch=batch)).mib:,.0f} MiB"),
    }


def _spacing(seen, plane):
    """The median of the images' finer spacing in the plane, which is one image's own at least."""
    sides = [[mm for _, mm in one.sides(plane)] for one in seen]
    found = statistics.median_low(min(pair) for pair in sides)
    kept = sum(all(is_same(mm, found) for mm in pair) for pair in sides)
    if kept == len(seen):
        return found, "that of all images: nothing is resampled"
    return found, f"the images' median: {kept} of {len(seen)} are not resampled"


def _pixels(seen, plane, spacing):
    """Pixels of the protocol's that the longest side of any image has."""
    sides = (side for one in seen for side in one.sides(plane))
    return max(math.ceil(n * mm / spacing * (1 - SAME)) for n, mm in sides)


def _depth(pixels):
    """(poolings, size): as many as leave ``_BOTTOM`` pixels, at most those of the paper's."""
    for depth in range(PAPER.depth, 0, -1):
        size = math.ceil(pixels / 2**depth) * 2**depth
        if size >> depth >= _BOTTOM:
            break
    return depth, size


def _batch(protocol):
    """The protocol's mini-batch, halved until a step fits in memory; None below two slices."""
    batch = protocol.batch
    while batch > 1:
        if footprint.unet(replace(protocol, batch=batch)).mib <= memory.CAP_MIB:
            return batch
        batch //= 2
    return None
