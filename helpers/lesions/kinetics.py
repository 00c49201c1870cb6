"""How each voxel takes up the contrast agent: relative enhancement and the field's features."""

from dataclasses import dataclass

import numpy as np

from helpers.errors import InputError

FLOOR = 0.05  # of the first phase's 99th percentile: a darker voxel is divided by this


@dataclass(frozen=True)
class Kinetics:
    """The dynamic features of a volume, each (x, y, z) float32.

    peak     : greatest relative enhancement (S - S0) / S0; 1 is twice the signal
    to_peak  : time from injection to the peak, min
    wash_in  : peak enhancement by time to peak, 1/min
    wash_out : slope from the peak to the last phase, 1/min, negative where signal falls; 0 where
               the peak is last
    ser      : signal enhancement ratio, early by late enhancement (Hylton, J Clin Oncol
               2006;24:3293); NaN where nothing enhances late
    mean     : mean relative enhancement of the phases after injection
    """

    peak: np.ndarray
    to_peak: np.ndarray
    wash_in: np.ndarray
    wash_out: np.ndarray
    ser: np.ndarray
    mean: np.ndarray


def enhancement(volume):
    """Relative enhancement of every phase, (x, y, z, time) float32: 0 in the first one.

    raises : InputError when there is one phase alone
    """
    if volume.data.shape[3] < 2:
        raise InputError("One phase shows no enhancement: give a study with two or more.")
    first = volume.data[..., :1]
    floor = FLOOR * np.percentile(first, 99)
    if not floor > 0:
        raise InputError("The first phase is blank: get the study again.")
    return (volume.data - first) / np.maximum(first, floor)


def features(relative, times, injected=None):
    """The `Kinetics` of relative enhancement.

    relative : (x, y, z, time), as ``enhancement`` gives it; times : (time,) s
    injected : when the agent was given, s on the same clock; when None, `assumed_injection`
    raises   : InputError when there are two phases only, and where times are not known
    """
    minutes = minutes_after(times, injected)
    after = relative[..., 1:]
    place = after.argmax(3)
    peak = np.take_along_axis(after, place[..., None], 3)[..., 0]
    to_peak = minutes[place].astype("float32")
    left = np.maximum(minutes[-1] - to_peak, 1e-6)
    fall = np.where(place < after.shape[3] - 1, (after[..., -1] - peak) / left, 0)
    late = after[..., -1]
    ser = np.full(late.shape, np.nan, "float32")
    np.divide(after[..., 0], late, out=ser, where=late > 0)
    return Kinetics(peak, to_peak, peak / to_peak, fall.astype("float32"), ser, after.mean(3))


def minutes_after(times, injected=None):
    """Minutes from injection to each phase but the first, (time - 1,); arguments as `features`.

    raises : InputError as `features` does, and when a phase after the first is before injection
    """
    times = np.asarray(times, float)
    if times.size < 3:
        raise InputError("Two phases show no wash-out: three or more are needed.")
    if not np.isfinite(times).all() or (np.diff(times) <= 0).any():
        raise InputError("The phases have no rising times: give them, in s, one a phase.")
    injected = assumed_injection(times) if injected is None else injected
    if not injected < times[1]:
        raise InputError(f"Nothing was injected yet at {injected:g} s: give an earlier time.")
    return (times[1:] - injected) / 60


def assumed_injection(times):
    """When the agent was given, s, if nobody says: as long before the second phase as the third
    is after it, and not before the first, which shows none; times : (time,) s, three or more."""
    return max(float(times[0]), float(2 * times[1] - times[2]))
