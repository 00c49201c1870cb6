"""Make the example lines of a room anew: python benchmarks/room.py FOLDER

FOLDER holds finished studies of helpers/reference/room.toml, each made by a process that was a
stand-in for another machine, such as

    ONEDNN_MAX_CPU_ISA=AVX2 python -m helpers run --protocol helpers/reference/room.toml \\
        --arm control --arm default --arm order --arm seeds --repetitions 2 --out FOLDER/avx2

under Python 3.11 to 3.13, the lock's and Colab's versions, TF_ENABLE_ONEDNN_OPTS=0,
TF_NUM_INTRAOP_THREADS=4, taskset -c 0, KERAS_BACKEND=torch or jax. The table says of each what it
stands for, with its line; the JSON beside it has the fingerprints.
"""

import json
import sys
from pathlib import Path

import pandas as pd

from helpers import atomic
from helpers.interlaboratory import of_study
from helpers.study import fingerprint
from helpers.study.ledger import Ledger
from helpers.study.shipped import SHIPPED

STANDS_FOR = {  # by what the process was told, or was
    ("ONEDNN_MAX_CPU_ISA", "AVX512_CORE"): "a server whose AVX-512 has no bfloat16",
    ("ONEDNN_MAX_CPU_ISA", "AVX2"): "a laptop without AVX-512",
    ("ONEDNN_MAX_CPU_ISA", "SSE41"): "a computer of 2010, without AVX",
    ("ATEN_CPU_CAPABILITY", "avx2"): "kernels of its own without AVX-512",
    ("ATEN_CPU_CAPABILITY", "default"): "kernels of its own without AVX",
    ("XLA_FLAGS", "--xla_cpu_max_isa=AVX2"): "a laptop without AVX-512",
    ("TF_NUM_INTRAOP_THREADS", "4"): "a computer of four cores",
}


def told(prints):
    """What a stand-in stands for, a text."""
    found = [says for pair, says in STANDS_FOR.items() if pair in prints["environment"].items()]
    if prints["onednn"] == "0":
        found.append("a build without oneDNN")
    if prints["cores"] == 1:
        found.append("a computer of one core")
    if prints["backend"] != "tensorflow":
        found.append(f"an installation of {prints['backend']}")
    if prints["packages"].get("numpy") == "2.1.3":
        found.append("Colab's versions of the packages")
    versions = "TensorFlow 2.21" if "2.21.0" in prints["packages"].values() else "TensorFlow 2.20"
    return ", ".join(found) or f"an installation of {versions} and Python {prints['python']}"


def main(folder):
    """Write room.csv and room.json from a folder of studies."""
    rows, prints = [], {}
    for path in sorted(Path(folder).glob("*/study.json")):
        ledger = Ledger(path.parent)
        if len({r["repetition"] for r in ledger.records() if r["arm"] == "control"}) < 2:
            continue
        found, digest = ledger.study, fingerprint.digest(ledger.study)
        seconds = sum(record["seconds"] for record in ledger.records())
        rows.append((told(found), round(seconds), digest, of_study.line(path.parent)))
        prints[digest] = found
    columns = ["stands_for", "seconds", "fingerprint_sha256", "line"]
    table = pd.DataFrame(rows, columns=columns).sort_values(["line"])
    atomic.write_bytes(Path(SHIPPED / "room.csv"), table.to_csv(index=False).encode())
    atomic.write_bytes(Path(SHIPPED / "room.json"), (json.dumps(prints, indent=1) + "\n").encode())


if __name__ == "__main__":
    main(sys.argv[1])
