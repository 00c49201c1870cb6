"""Join tables of probes, one a framework and load; ships as helpers/reference/probes_cpu.csv.

python -m helpers probe --out PART.csv …     once for each
python benchmarks/probes.py OUT.csv PART.csv …

Seconds are left out: digests may be counted on a machine that others use too, times may not.
"""

import json
import sys
from pathlib import Path

import pandas as pd


def main(out, parts):
    """Write the joined table, and the fingerprints by framework beside it."""
    table = pd.concat([pd.read_csv(part) for part in parts]).assign(seconds=None)
    out.write_text(table.to_csv(index=False))
    prints = [json.loads(part.with_suffix(".json").read_text()) for part in parts]
    by_framework = {one["backend"]: one for one in prints}
    out.with_suffix(".json").write_text(json.dumps(by_framework, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(part) for part in sys.argv[2:]])
