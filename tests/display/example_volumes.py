"""Volumes for the tests of figures and reports: simulated ones."""

import numpy as np
import pandas as pd

COLUMNS = (
    "arm", "repetition", "fold", "patient", "dsc_percent", "weights_sha256", "volume_ml"
)  # fmt: skip


def table(sds=None, runs=6):
    """12 patients of 3 ml in six folds; sds : dict of arm → SD of a patient's volume in %."""
    rng, rows = np.random.default_rng(0), []
    for arm, sd in (sds or {"control": 0, "order": 1.0, "seeds": 3.0}).items():
        own = sd / 100 * np.exp(rng.normal(0, 0.4, 12))
        for run, patient in np.ndindex(runs, 12):
            digest = f"{arm} {run if sd else 0} {patient % 6}"
            volume = 3 * (1 + own[patient] * rng.normal())
            dsc = 80 + patient / 10 + (rng.normal() if sd else 0)
            rows.append((arm, run, patient % 6, f"P{patient:02d}", dsc, digest, volume))
    return pd.DataFrame(rows, columns=COLUMNS)
