"""The options of ``python -m helpers probe``; read before anything heavy is imported."""

from pathlib import Path


def add(command):
    """Add them; command : argparse.ArgumentParser"""
    command.add_argument("--runs", type=int, default=20, help="computations of each probe; 20")
    command.add_argument("--busy", action="store_true", help="keep every core busy meanwhile")
    command.add_argument("--protocol", default="parting", help="gives the shapes; parting")
    command.add_argument("--switches", choices=["control", "default"], default="default")
    command.add_argument("--only", default="", help="text that a probe's name contains")
    command.add_argument("--out", type=Path, help="CSV to write, its fingerprint beside it")
