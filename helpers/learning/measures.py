"""What is measured of each held-out patient: a function for each measure of ``columns``."""

import numpy as np

from helpers.imaging.dsc import patient_dsc, round_trip_ceiling
from helpers.learning.hd95 import patient_hd95


def labelled_ml(mask, prepared):
    """Volume in ml of a mask, (slice, rows, columns) bool, in the patient's labelled slices."""
    return float(mask[prepared.labelled].sum() * np.prod(prepared.spacing) / 1000)


MEASURES = {
    "dsc_percent": lambda drawn, patient, _: patient_dsc(drawn, patient),
    "hd95_mm": lambda drawn, patient, _: patient_hd95(drawn, patient),
    "ceiling_percent": lambda _, patient, protocol: round_trip_ceiling(patient, protocol),
    "volume_ml": lambda drawn, patient, _: labelled_ml(drawn, patient),
    "truth_ml": lambda _, patient, __: labelled_ml(patient.truth, patient),
    "subject": lambda _, patient, __: patient.subject,
}
"""Name of the column → function of (drawn mask on the patient's grid, Prepared, Protocol)."""


def of(held_out, drawn, protocol):
    """All measures of some patients: dict of name → dict of patient → value.

    held_out : list of Prepared; drawn : as many (slice, rows, columns) bool arrays
    """
    pairs = list(zip(held_out, drawn, strict=True))
    return {
        name: {p.patient: measure(mask, p, protocol) for p, mask in pairs}
        for name, measure in MEASURES.items()
    }
