"""Measure what each switch brings and costs; ships as helpers/reference/switches.csv.

python benchmarks/switches.py OUT.csv [SETTING …]

Every call trains "nothing" and the reference beside the settings that it is asked for, and takes
its ratios from them, so a table may be measured in parts; settings that OUT.csv has are kept.
"""

import sys
from pathlib import Path

import pandas as pd

from helpers import protocol
from helpers.imaging import cohort
from helpers.study import fingerprint, probing, switches


def main(out, names):
    """Measure, join with what is there, write."""
    chosen = protocol.PARTING
    found = switches.table(chosen, names or None)
    if out.exists():
        before = pd.read_csv(out)
        _same_reference(before, found)
        found = pd.concat([before, found[~found["setting"].isin(before["setting"])]])
    here = fingerprint.fingerprint(chosen, cohort.digest(cohort.load(chosen)))
    probing.write(found, here, out)
    print(found.to_string(index=False))


def _same_reference(before, found):
    one, other = (t.set_index("setting")["sha256"]["inter-op 1"] for t in (before, found))
    if one != other:
        sys.exit("The reference has another digest than in the file: measure all of it anew.")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
