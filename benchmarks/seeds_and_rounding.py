"""How much of what other seeds do is rounding.

python benchmarks/seeds_and_rounding.py OUT [--keep]

Trains STUDY's network under ten base seeds, ``order`` five times under each: 500 trainings, some
40 minutes on two idle cores. OUT keeps a study a seed; a second call goes on where the first
stopped. --keep writes the table that ships, with the seed of each training beside it.
"""

import argparse
import json
import statistics
import tempfile
from dataclasses import asdict, replace
from pathlib import Path

import pandas as pd

from helpers import atomic, columns
from helpers.protocol import STUDY
from helpers.statistics.nested_seeds import nested_seeds, trainings
from helpers.study import runner, shipped

SEEDS, REPETITIONS, NAME = range(1, 11), 5, "seeds_and_rounding"


def main():
    """Train what is missing, and print how much is rounding."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--keep", action="store_true", help="write the table that ships")
    given = parser.parse_args()
    for seed in SEEDS:
        protocol = replace(STUDY, name=f"study_seed_{seed}", seed=seed)
        runner.run(protocol, ["order"], given.out / f"seed_{seed}", REPETITIONS, workers=2)
    folders = {seed: given.out / f"seed_{seed}" for seed in SEEDS}
    table, every = together(folders)
    if given.keep:
        keep(table, every)
    print(json.dumps(asdict(nested_seeds(trainings(table), 2018)), indent=1))


def together(folders):
    """The trainings of all seeds, with their seed: (table, what they were made with)."""
    tables, every = [], []
    with tempfile.TemporaryDirectory() as place:
        for seed, folder in folders.items():
            shipped.keep(folder, NAME, place)
            tables.append(shipped.table(NAME, place).assign(seed=seed))
            every.append(shipped.about(NAME, place))
    return pd.concat(tables), every


def keep(table, every):
    """Write what ships: the table, and the fingerprint with all seeds in place of one."""
    prints = [one["fingerprint"] for one in every]
    for one in prints:
        one["protocol"] |= {"seed": None, "name": NAME}
    if any(one != prints[0] for one in prints):
        raise SystemExit("The studies differ in more than their seed.")
    prints[0]["protocol"]["seed"] = list(SEEDS)
    seconds = [one["arms"]["order"]["median_seconds"] for one in every]
    cells = len(table.drop_duplicates(["seed", *columns.CELL]))
    about = {
        "fingerprint": prints[0],
        "arms": {"order": {"cells": cells, "median_seconds": statistics.median(seconds)}},
        "cells_left_out": sum(one["cells_left_out"] for one in every),
        "table_sha256": shipped.write_table(table, shipped.SHIPPED / f"{NAME}.csv.gz"),
    }
    text = json.dumps(about, indent=1) + "\n"
    atomic.write_bytes(shipped.SHIPPED / f"{NAME}.json", text.encode())


if __name__ == "__main__":
    main()
