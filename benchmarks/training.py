"""Our training beside what people use, both measured in turn: steps, cells, and the engine.

python benchmarks/training.py [--part steps|cells|engine] [--rounds 5]

Needs about twenty minutes on two quiet cores; installs PyTorch and MONAI into build/torch at first
(half a minute to some minutes: on Linux, PyPI's torch brings CUDA with it; PIP_INDEX_URL names
another index). Exit code 1 when a target is missed.
"""

import argparse
import os
import platform
import sys

import training_cells
import training_engine
import training_steps

PARTS = {"steps": training_steps.main, "cells": training_cells.main, "engine": training_engine.main}


def main():
    """Run the parts that are asked for; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--part", choices=PARTS, help="one part alone")
    parser.add_argument("--rounds", type=int, help="how often each side is run")
    parser.add_argument("--case", type=int, nargs="+", help="steps: some cases alone, 0 to 3")
    chosen = parser.parse_args()
    print(
        f"{os.cpu_count()} cores, {platform.machine()}, load {os.getloadavg()[0]:.1f}", flush=True
    )
    wanted = [chosen.part] if chosen.part else list(PARTS)
    missed = [name for name in wanted if PARTS[name](chosen.rounds, chosen.case)]
    print(f"missed: {', '.join(missed)}" if missed else "every target is met")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
