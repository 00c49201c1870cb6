"""Findings that were made by hand: three patients, four lesions, three runs of two arms."""

import pandas as pd

LESIONS = pd.DataFrame(
    [
        ("A", 1, "malignant", 1.0, 0),
        ("A", 2, "benign", 0.5, 0),
        ("B", 1, "benign", 0.7, 0),
        ("C", 1, "malignant", 0.9, 1),
    ],
    columns=["patient", "lesion", "kind", "ml", "fold"],
)
RUNS = (("order", 0), ("order", 1), ("seeds", 0))
MASKS = pd.DataFrame(
    [(*run, patient, 95.0) for run in RUNS for patient in "ABC"],
    columns=["arm", "repetition", "patient", "dsc_percent"],
)
_ROWS = [
    ("order", 0, "A", 1, 0.1, 0.2, 0.7),
    ("order", 0, "A", 1, 0.4, 0.5, 0.1),  # a second piece of the same lesion
    ("order", 0, "A", 2, 0.2, 0.7, 0.1),
    ("order", 0, "A", 0, 0.9, 0.1, 0.0),  # not shown
    ("order", 0, "B", 1, 0.3, 0.6, 0.1),
    ("order", 0, "B", 0, 0.4, 0.1, 0.5),  # a false candidate, called malignant
    ("order", 0, "C", 1, 0.1, 0.3, 0.6),
    ("order", 1, "A", 1, 0.1, 0.2, 0.7),
    ("order", 1, "B", 1, 0.3, 0.6, 0.1),
    ("order", 1, "C", 1, 0.1, 0.5, 0.4),  # flips
    # seeds 0 finds nothing at all
]
CANDIDATES = pd.DataFrame(
    _ROWS,
    columns=["arm", "repetition", "patient", "lesion", "p_nothing", "p_benign", "p_malignant"],
)
for _axis in ("ml", "x", "y", "z"):
    CANDIDATES[_axis] = 0.5
