"""Free-response figures: lesions found against false candidates a patient (FROC).

Bunch et al., Proc SPIE 1977;127:124. A candidate counts if its score reaches the cut; a lesion is
found if any candidate of it does.
"""

import numpy as np

from helpers.statistics.roc import by_patients


def per_patient(findings, truth, patients, cut):
    """Lesions, found ones and false candidates of each patient: (patient, 3) int, in their order.

    findings : frame of one run with patient, lesion (0 none) and score; truth : frame of patient
               and lesion; patients : names of all who were looked at, with lesions or without;
               cut : least score that is shown
    """
    shown = findings[findings["score"] >= cut]
    hits = shown[shown["lesion"] > 0].drop_duplicates(["patient", "lesion"])
    columns = (truth, hits, shown[shown["lesion"] == 0])
    counts = [frame.groupby("patient").size().reindex(patients, fill_value=0) for frame in columns]
    return np.stack([count.to_numpy() for count in counts], axis=1)


def point(findings, truth, patients, cut, rng=None):
    """Sensitivity and false candidates a patient at a cut: dict; arguments as `per_patient`.

    rng : numpy Generator for 95 % intervals over patients drawn with replacement; none when None
    """
    counts = per_patient(findings, truth, patients, cut)
    found = {"sensitivity": _sensitivity(counts), "false": float(counts[:, 2].mean())}
    if rng is not None:
        rows = np.arange(len(counts))
        found["sensitivity_ci"] = by_patients(lambda n: _sensitivity(counts[n]), rows, rng)
        found["false_ci"] = by_patients(lambda n: counts[n, 2].mean(), rows, rng)
    return found


def curve(findings, truth, patients):
    """The whole curve of a run: (cut, 2) false candidates a patient and sensitivity, rising."""
    cuts = np.unique(findings["score"])[::-1]
    points = [point(findings, truth, patients, cut) for cut in cuts]
    return np.array([(0.0, 0.0), *((p["false"], p["sensitivity"]) for p in points)])


def _sensitivity(counts):
    lesions = counts[:, 0].sum()
    return float(counts[:, 1].sum() / lesions) if lesions else float("nan")
