"""Lines of made-up studies, and the studies themselves."""

import numpy as np

from helpers.study.ledger import Ledger

PRINTS = {
    "python": "3.13.15",
    "packages": {
        "tensorflow-cpu": "2.20.0",
        "keras": "3.13.2",
        "numpy": "2.1.3",
        "scipy": "1.16.3",
    },
    "cpu": {"model": "Intel(R) Xeon(R) CPU @ 2.20GHz", "vectors": "fma avx avx2 avx512f"},
    "cores": 2,
    "gpu": None,
    "backend": "tensorflow",
    "environment": {},
    "onednn": "framework's default",
    "data_sha256": "d" * 64,
    "protocol": {"name": "demo", "repetitions": 3, "folds": 5, "patients": 20, "seed": 42},
    "code_sha256": "c" * 64,
}
ARMS = ("control", "default", "order", "seeds")


def write_study(folder, machine=0, arms=ARMS, runs=3, kind=0, prints=PRINTS, patients=20):
    """A study of ``runs`` repetitions; machines of one ``kind`` have the same bits."""
    ledger, folds = Ledger(folder), prints["protocol"]["folds"]
    ledger.open(prints)
    for arm in arms:
        for run in range(runs):
            other = run if arm == "seeds" else [machine, run] if arm == "order" else 0
            for fold in range(folds):
                rng = np.random.default_rng([kind, fold, *np.ravel(other)])
                dsc = rng.normal(90, 4, patients // folds).clip(0, 100)
                record = {
                    "arm": arm,
                    "repetition": run,
                    "fold": fold,
                    "dsc_percent": {f"P{fold}{i}": float(d) for i, d in enumerate(dsc)},
                    "weights_sha256": f"{arm}-{kind}-{fold}-{other}",
                    "seconds": 3 + machine / 100 + fold,
                }
                ledger.write(record)
    return folder
