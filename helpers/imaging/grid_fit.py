"""How the protocol's grid fits a cohort: what a perfect network would reach, and what it misses."""

from dataclasses import dataclass

import numpy as np

from helpers.imaging.dsc import round_trip_ceiling
from helpers.imaging.kept_arrays import let_go
from helpers.imaging.resampling import outside

_LEAST = 95.0  # %, a ceiling below this is warned of: the published medians lie above it
_NAMED = 3  # patients that a warning names


@dataclass(frozen=True)
class GridFit:
    """How a grid fits, by patient.

    ceilings : patient → DSC in % that a perfect network would have
    outside  : patient → voxels of the truth in labelled slices that lie outside the grid
    truth    : patient → all of its voxels there
    """

    ceilings: dict
    outside: dict
    truth: dict

    def __str__(self):
        """One line, as it stands before a run."""
        return f"Grid: ceilings {between(self.ceilings.values())} %, {len(self.ceilings)} patients."

    @property
    def warnings(self):
        """Sentences about low ceilings and truth outside the grid; none where it fits."""
        low = {p: c for p, c in self.ceilings.items() if c < _LEAST}
        lost = {p: 100 * n / self.truth[p] for p, n in self.outside.items() if n}
        said = []
        if low:
            said.append(
                f"Warning: {len(low)} ceilings are under {_LEAST:g} % ({_worst(low, min)}): no "
                "network can do better on this grid; choose a finer spacing, or ask 'propose'."
            )
        if lost:
            said.append(
                f"Warning: truth lies outside the grid in {len(lost)} patients (of its voxels "
                f"{_worst(lost, max)}): choose a larger size, or ask 'propose'."
            )
        return said


def fit(cohort, protocol):
    """How the protocol's grid fits a cohort, an iterable of Prepared: GridFit."""
    ceilings, lost, truth = {}, {}, {}
    for p in cohort:
        ceilings[p.patient] = round_trip_ceiling(p, protocol)
        lost[p.patient] = outside(p, protocol)
        truth[p.patient] = int(np.count_nonzero(p.truth[p.labelled]))
        let_go(p.masks, p.truth)
    return GridFit(ceilings, lost, truth)


def between(values):
    """The least and the most of some numbers as text, such as "99.2 to 100"."""
    ends = [f"{_down(v):.4g}" for v in (min(values), max(values))]
    return ends[0] if ends[0] == ends[1] else " to ".join(ends)


def _down(value):
    """To a tenth, never up: what is not whole is not shown as 100."""
    return np.floor(10 * value + 1e-9) / 10


def _worst(found, worst):
    """The most striking patients by name, at most three, with their numbers."""
    order = sorted(found, key=found.get, reverse=worst is max)
    named = [f"{p} {found[p]:.1f} %" for p in order[:_NAMED]]
    return ", ".join([*named, "…"] if len(order) > _NAMED else named)
