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
    """Write the joined table, and beside it the fingerprints by framework and load."""
    tables = [pd.read_csv(part) for part in parts]
    out.write_text(pd.concat(tables).assign(seconds=None).to_csv(index=False))
    prints = dict(_print(*one) for one in zip(parts, tables, strict=True))
    out.with_suffix(".json").write_text(json.dumps(prints, indent=1, sort_keys=True) + "\n")


def _print(part, table):
    prints = json.loads(part.with_suffix(".json").read_text())
    return prints["backend"] + (" busy" if table["loaded"].all() else ""), prints


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(part) for part in sys.argv[2:]])
