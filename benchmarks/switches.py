"""Measure what each switch brings and costs: helpers/reference/switches_isa.csv is made by it.

python benchmarks/switches.py OUT.csv [--rounds 5] [--runs 1] [SETTING …]

Every setting has a turn in each round, in a process of its own; ratios are taken within a round.
Turns are kept in OUT.turns.json as they are done, and the same command goes on.
"""

import argparse
from pathlib import Path

from helpers import protocol
from helpers.imaging import cohort
from helpers.nondeterminism import probing, switch_costs
from helpers.nondeterminism.survey.rows import Rows
from helpers.study import fingerprint


def main():
    """Measure what is lacking, join, write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("settings", nargs="*", help="names; all when none is given")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--runs", type=int, default=1, help="trainings of a turn")
    given = parser.parse_args()
    chosen, rows = protocol.PARTING, Rows(given.out.with_suffix(".turns.json"))
    job = chosen, given.settings or None, given.runs, None, None, given.rounds, rows.known
    for turn in switch_costs.turns(*job):
        rows.add(turn)
        print(turn, flush=True)
    found = switch_costs.joined(rows.known)
    here = fingerprint.fingerprint(chosen, cohort.digest(cohort.load(chosen)))
    probing.write(found, here, given.out)
    print(found.to_string(index=False))


if __name__ == "__main__":
    main()
