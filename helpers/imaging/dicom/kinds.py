"""What kind of image a frame is: what all phases of one acquisition have in common."""

import re
from dataclasses import dataclass, fields
from functools import lru_cache
from itertools import pairwise

import numpy as np
import pydicom
from pydicom.dataelem import RawDataElement

from helpers.imaging.dicom.headers import Tags, numbers_of

WHITELIST = [
    *("ImageType", "ComplexImageComponent", "FlipAngle", "EchoTime", "RepetitionTime"),
    *("InversionTime", "DiffusionBValue", "DiffusionGradientOrientation", "SequenceName"),
]
NUMBERS = numbers_of(WHITELIST)
ROUNDING = 0.01  # numbers that part by a smaller share are the same
TILED = ("MOSAIC", "MONTAGE", "TILED")
FRAME_TYPE, TIMING = "MRImageFrameTypeSequence", "MRTimingAndRelatedParametersSequence"
INVERSION = "MRModifierSequence", "InversionTimes"


@dataclass(frozen=True)
class Kind:
    """What the header says of how an image was made; None where it does not.

    ``words`` of the image type, ``component`` of the complex signal, ``flip_angle`` in degrees,
    the times in ms, ``diffusion`` in s/mm² and the gradient's ``direction``. Where neither an
    inversion nor a diffusion is spoken of, there is none: 0.
    """

    words: frozenset | None = None
    component: str | None = None
    flip_angle: float | None = None
    echo_time: float | None = None
    repetition_time: float | None = None
    inversion_time: float = 0.0
    diffusion: float = 0.0
    direction: tuple | None = None

    @property
    def derived(self):
        """Whether the image was computed from others."""
        return "DERIVED" in (self.words or ())

    @property
    def tiled(self):
        """Whether it is one picture of many slices."""
        return any(word in (self.words or ()) for word in TILED)


TOLD = {
    **dict.fromkeys(("words", "component"), "kind of image"),
    **dict.fromkeys(("diffusion", "direction"), "diffusion"),
}


def kind_of(tags):
    """The Kind of one frame from its ``helpers.imaging.dicom.headers.Tags``.

    It is worked out once for the same bytes. A value that makes no sense is as if missing.
    """
    if tags.groups:
        return _read(tags)
    items = [tags.header.get_item(number, keep_deferred=True) for number in NUMBERS]
    raw = [item for item in items if isinstance(item, RawDataElement)]
    return _of_raw(tuple([item[:4] for item in raw]), raw[0][5:] if raw else ())


@lru_cache(maxsize=1024)
def _of_raw(items, behind):
    header = pydicom.Dataset({item[0]: RawDataElement(*item, 0, *behind) for item in items})
    return _read(Tags(header, None, None))


def _read(tags):
    return Kind(
        words=_words(tags, "ImageType", FRAME_TYPE, "FrameType"),
        component=_text(tags, "ComplexImageComponent", FRAME_TYPE),
        flip_angle=_number(tags, "FlipAngle", TIMING),
        echo_time=_number(tags, "EchoTime", "MREchoSequence", "EffectiveEchoTime"),
        repetition_time=_number(tags, "RepetitionTime", TIMING),
        inversion_time=_number(tags, "InversionTime", *INVERSION) or 0.0,
        diffusion=_diffusion(tags) or 0.0,
        direction=_direction(tags),
    )


def _get(tags, *names):
    try:
        return tags.get(*names)
    except Exception:  # a hostile header can raise anything
        return None


def _number(tags, *names):
    try:
        value = float(_get(tags, *names))
    except (TypeError, ValueError):
        return None
    return value if np.isfinite(value) else None


def _text(tags, *names):
    return str(_get(tags, *names) or "").strip().upper() or None


def _words(tags, *names):
    value = _get(tags, *names) or ()
    words = [value] if isinstance(value, str) else value
    return frozenset(str(word).strip().upper() for word in words) - {""} or None


def _diffusion(tags):
    """The b-value, s/mm²; older Siemens images have it in the sequence's name alone."""
    found = re.search(r"_b(\d{1,5})", _get(tags, "SequenceName") or "")
    value = _number(tags, "DiffusionBValue", "MRDiffusionSequence")
    return float(found.group(1)) if value is None and found else value


def _direction(tags):
    """The gradient's direction to two decimals, (3,)."""
    value = _get(tags, "DiffusionGradientOrientation")
    for group in tags.groups:
        item = _first(_first(group, "MRDiffusionSequence"), "DiffusionGradientDirectionSequence")
        value = value or item.get("DiffusionGradientOrientation")
    try:
        return tuple(round(float(number), 2) for number in value)
    except (TypeError, ValueError):
        return None


def _first(group, name):
    return next(iter(group.get(name) or []), {})


def tell_apart(kinds):
    """How kinds differ: {kind: label}, one label for kinds that are the same, and in what.

    Numbers are the same within ROUNDING; what a header does not say differs from what others
    say only where these differ among themselves. What differs is a list of names.
    """
    kinds, columns, differ = list(set(kinds)), [], []
    for field in fields(Kind):
        groups = _groups([getattr(kind, field.name) for kind in kinds])
        columns.append(groups)
        if len(set(groups)) > 1:
            differ.append(TOLD.get(field.name, field.name.replace("_", " ")))
    return dict(zip(kinds, zip(*columns, strict=True), strict=True)), list(dict.fromkeys(differ))


def _groups(values):
    """A number for each value, the same for values that are; 0 where nothing differs."""
    known = list(dict.fromkeys(value for value in values if value is not None))
    if known and isinstance(known[0], float):
        known.sort()
        steps = [0, *(later - earlier > ROUNDING * later for earlier, later in pairwise(known))]
        groups = dict(zip(known, np.cumsum(steps).tolist(), strict=True))
    else:
        groups = {value: number for number, value in enumerate(known)}
    several = len(set(groups.values())) > 1
    return [groups[value] if value is not None else -several for value in values]
