"""The three-time-points map: hue by what happens after the early phase, brightness by wash-in.

Degani et al., Nat Med 1997;3:780: before the agent, early and late. This project's source group
feeds the same three phases to a U-Net (Piantadosi et al., CBMS 2019).
"""

from enum import IntEnum

import numpy as np

from helpers.errors import InputError

CHANGE = 0.1  # of the early signal: less is a plateau
BRIGHTEST = 1.5  # early relative enhancement that is shown in full brightness


class Course(IntEnum):
    """What the signal does after the early phase; curves of type I, II and III."""

    PERSISTENT = 1
    PLATEAU = 2
    WASH_OUT = 3


COLOURS = {
    Course.PERSISTENT: (0.0, 0.45, 1.0),
    Course.PLATEAU: (0.0, 0.8, 0.2),
    Course.WASH_OUT: (1.0, 0.1, 0.0),
}


def courses(data, early=1, late=-1):
    """The `Course` of each voxel, (x, y, z) uint8, by the signal in two phases.

    data   : (x, y, z, time) signal; early, late : numbers of the phases
    raises : InputError with fewer than three phases
    """
    if data.shape[3] < 3:
        raise InputError("Three time points need three phases: give a study that has them.")
    first, last = data[..., early], data[..., late]
    change = (last - first) / np.maximum(first, 1e-6)
    found = np.full(change.shape, Course.PLATEAU, np.uint8)
    found[change > CHANGE] = Course.PERSISTENT
    found[change < -CHANGE] = Course.WASH_OUT
    return found


def colours(data, relative, early=1, late=-1):
    """The map as red, green and blue from 0 to 1: (x, y, z, 3) float32.

    relative : (x, y, z, time), as ``kinetics.enhancement`` gives it; the others as `courses`
    """
    table = np.zeros((4, 3), "float32")
    table[list(COLOURS)] = list(COLOURS.values())
    bright = np.clip(relative[..., early] / BRIGHTEST, 0, 1)
    return table[courses(data, early, late)] * bright[..., None]
