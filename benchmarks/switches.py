"""Measure what each switch brings and costs; ships as helpers/reference/switches.csv.

python benchmarks/switches.py OUT.csv [SETTING …]

A table may be measured in parts: settings that OUT.csv has are kept, the reference among them, and
every call trains "nothing" beside the settings that it is asked for, to take its ratios from it.
Run by another version of TensorFlow, with the other packages as before, it adds one row: the
reference under that version.
"""

import json
import sys
from pathlib import Path

import pandas as pd

from helpers import protocol
from helpers.imaging import cohort
from helpers.nondeterminism import probing, switch_costs
from helpers.nondeterminism.settings import REFERENCE
from helpers.study import fingerprint


def main(out, names):
    """Measure, join with what is there, write."""
    chosen = protocol.PARTING
    before = pd.read_csv(out) if out.exists() else pd.DataFrame({"setting": []})
    here = fingerprint.fingerprint(chosen, cohort.digest(cohort.load(chosen)))
    there = json.loads(out.with_suffix(".json").read_text()) if out.exists() else here
    version = _version(here)
    other = version != _version(there)
    reference = before.set_index("setting").get("sha256", {}).get(REFERENCE.name)
    found = switch_costs.table(
        chosen, [REFERENCE.name] if other else names or None, reference=reference
    )
    if other:
        found = _renamed(found, version)
    found = pd.concat([before, found[~found["setting"].isin(before["setting"])]])
    probing.write(found, there if other else here, out)
    print(found.to_string(index=False))


def _version(prints):
    """TensorFlow's, whose package may be called tensorflow-cpu."""
    return next(v for name, v in prints["packages"].items() if name.startswith("tensorflow"))


def _renamed(found, version):
    """The row of the reference alone, called by its version."""
    row = found[found["setting"] == REFERENCE.name]
    return row.assign(setting=f"TensorFlow {version}", says="the same in another version")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
