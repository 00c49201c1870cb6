"""What PAPER costs, by calculation: operations on paper, over a rate and a share of it.

Run: python benchmarks/costs.py [SHARE ...]     e.g. 0.2 0.35 0.5
Prints docs/costs.md's table. Nothing is measured here: the rates are the makers' (float32, since
TF32 is off), and the share that a training reaches has to be measured where it runs.
"""

import sys

from helpers.learning import footprint
from helpers.protocol import PAPER

TFLOPS = {  # float32, dense, without tensor cores; the makers' data sheets
    "T4": 8.1,  # NVIDIA T4 Tensor Core GPU, 2019
    "H100 SXM": 67.0,  # NVIDIA H100 Tensor Core GPU, 2023
}
SHARES = (0.2, 0.35, 0.5)


def cell_operations(protocol):
    """Floating-point operations of one cell: its training steps, and a look at the held out."""
    slices = protocol.patients * protocol.phantom_slices
    trained = slices * (1 - 1 / protocol.folds)
    step = footprint.operations(protocol)
    return step * (trained * protocol.epochs + slices / protocol.folds / 3)


def rows(protocol, shares):
    """One row a GPU and share: hours of a cell, and days of an arm on one and on 100 of them."""
    operations = cell_operations(protocol)
    cells = protocol.folds * protocol.repetitions
    for name, tflops in TFLOPS.items():
        for share in shares:
            hours = operations / (tflops * 1e12 * share) / 3600
            yield name, share, hours, hours * cells / 24, hours * cells / 24 / 100


def main(shares):
    """Print the table as Markdown."""
    p = PAPER
    print(f"{footprint.operations(p) / 1e9:.1f} GFLOP a slice and step,", end=" ")
    print(f"{cell_operations(p) / 1e15:.1f} PFLOP a cell, {p.folds * p.repetitions} cells an arm\n")
    print("| GPU | share of its rate | one cell, h | one arm, days | one arm on 100, hours |")
    print("|---|---|---|---|---|")
    for name, share, hours, days, crowd in rows(p, shares):
        print(f"| {name} | {share:.0%} | {hours:.2f} | {days:.1f} | {crowd * 24:.1f} |")


if __name__ == "__main__":
    main([float(s) for s in sys.argv[1:]] or SHARES)
