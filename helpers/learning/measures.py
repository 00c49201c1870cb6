"""What is measured of each held-out patient: a function for each measure of ``columns``."""

from helpers.imaging.dsc import patient_dsc
from helpers.learning.hd95 import patient_hd95

MEASURES = {"dsc_percent": patient_dsc, "hd95_mm": patient_hd95}
"""Name of the column → function of (drawn mask, Prepared), both on the patient's grid."""


def of(held_out, drawn):
    """All measures of some patients: dict of name → dict of patient → number.

    held_out : list of Prepared; drawn : as many (slice, rows, columns) bool arrays
    """
    pairs = list(zip(held_out, drawn, strict=True))
    return {
        name: {p.patient: measure(mask, p) for p, mask in pairs}
        for name, measure in MEASURES.items()
    }
