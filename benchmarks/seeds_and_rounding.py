"""How much of what other seeds do is rounding.

python benchmarks/seeds_and_rounding.py OUT [--keep FOLDER]

Trains STUDY's network under ten base seeds, ``order`` five times under each: 500 trainings, some
40 minutes on two idle cores. OUT keeps a study a seed; a second call goes on where the first
stopped. --keep writes the table that ships, helpers/reference, with the seed of each training.
"""

import argparse
import json
import tempfile
from dataclasses import asdict, replace
from pathlib import Path

from helpers.protocol import STUDY
from helpers.statistics.nested_seeds import nested_seeds, trainings
from helpers.study import runner, shipping

SEEDS, REPETITIONS, NAME = range(1, 11), 5, "seeds_and_rounding"


def main():
    """Train what is missing, and print how much is rounding."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--keep", type=Path, help="folder for the table that ships")
    given = parser.parse_args()
    for seed in SEEDS:
        protocol = replace(STUDY, name=f"study_seed_{seed}", seed=seed)
        runner.run(protocol, ["order"], given.out / f"seed_{seed}", REPETITIONS, workers=2)
    folders = {seed: given.out / f"seed_{seed}" for seed in SEEDS}
    with tempfile.TemporaryDirectory() as place:
        table = shipping.keep_together(folders, "seed", NAME, given.keep or place)
    print(json.dumps(asdict(nested_seeds(trainings(table), 2018)), indent=1))


if __name__ == "__main__":
    main()
