"""Measure what each switch brings and costs; ships as helpers/reference/switches.csv.

python benchmarks/switches.py digests OUT.csv             five runs of each setting
python benchmarks/switches.py times OUT.csv [SETTING …]   one longer run of each, on a quiet machine

Times are written into the table of digests. Every call trains "nothing" and the reference beside
the settings that it is asked for, and takes its ratios from them, so they may be had in parts.
"""

import sys
from pathlib import Path

import pandas as pd

from helpers import protocol
from helpers.imaging import cohort
from helpers.study import fingerprint, probing, switches

EPOCHS = 3  # of a timed run: 29 steps and the first, which is not counted


def digests(chosen, out):
    """Train five times under each setting; the times of a busy machine are left out."""
    found = switches.table(chosen)
    here = fingerprint.fingerprint(chosen, cohort.digest(cohort.load(chosen)))
    probing.write(found.assign(ms_best=None, ms_median=None, ratio=None), here, out)


def times(chosen, out, names):
    """Train once for longer, and write the times into the table."""
    found = pd.read_csv(out)
    measured = switches.table(chosen, names, runs=1, epochs=EPOCHS)
    measured = pd.concat([measured, found[~found["setting"].isin(measured["setting"])]])
    found = switches.timed(found, measured)
    out.write_text(found.to_csv(index=False))
    print(found.to_string(index=False))


if __name__ == "__main__":
    what, path, *wanted = sys.argv[1:]
    if what == "digests":
        digests(protocol.PARTING, Path(path))
    else:
        times(protocol.PARTING, Path(path), wanted or None)
