"""Measure what each switch brings and costs; ships as helpers/reference/switches.csv.

python benchmarks/switches.py OUT.csv [SETTING …]

A table may be measured in parts: settings that OUT.csv has are kept, the reference among them, and
every call trains "nothing" beside the settings that it is asked for, to take its ratios from it.
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
    before = pd.read_csv(out) if out.exists() else pd.DataFrame({"setting": []})
    reference = before.set_index("setting").get("sha256", {}).get("inter-op 1")
    found = switches.table(chosen, names or None, reference=reference)
    found = pd.concat([before, found[~found["setting"].isin(before["setting"])]])
    here = fingerprint.fingerprint(chosen, cohort.digest(cohort.load(chosen)))
    probing.write(found, here, out)
    print(found.to_string(index=False))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
