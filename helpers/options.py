"""The options of every command; read before anything heavy is imported."""

import argparse
from pathlib import Path

from helpers import __version__


def parser():
    """The parser of all commands; a namespace has ``command`` and that command's options."""
    made = argparse.ArgumentParser(
        prog="python -m helpers",
        description="Train the same network again with the same seeds, and compare.",
    )
    made.add_argument("--version", action="version", version=__version__)
    commands = made.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _extract_options(commands)
    _download_options(commands)
    _run_options(commands)
    _reading_options(commands)
    _export_options(commands)
    _probe_options(commands)
    return made


def _numbers(text):
    """ "0,1" → (0, 1)"""
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError("give numbers and commas, such as 0,1") from None


def _seconds(text):
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError("give a number of seconds above 0")
    return seconds


def _count(text):
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("give a whole number, 1 or more")
    return int(text)


def _command(commands, name, says, example):
    return commands.add_parser(
        name,
        help=says,
        description=says,
        epilog=f"example: python -m helpers {name} {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def _extract_options(commands):
    command = _command(
        commands,
        "extract",
        "DICOM of one study to a 4-D NIfTI and its phase times",
        "STUDY_FOLDER --out study.nii.gz",
    )
    command.add_argument("folder", type=Path, help="folder with the study's DICOM files")
    command.add_argument("--out", type=Path, required=True, help="file to write, .nii or .nii.gz")
    command.add_argument(
        "--series",
        type=_numbers,
        help="numbers of the series to take, as 3,5,8 (default: the repeats of one acquisition)",
    )
    command = _command(
        commands,
        "extract-cohort",
        "DICOM of a whole cohort to NIfTI",
        "cohort --out nifti",
    )
    command.add_argument("folder", type=Path, help="folder of studies, as for 'run --data'")
    command.add_argument("--out", type=Path, required=True, help="folder to write, a file a study")


def _download_options(commands):
    command = _command(
        commands, "download", "fetch the public cohort", "--patients 42 --out cohort"
    )
    command.add_argument(
        "--patients", type=_count, default=42, help="how many, by rank (default: 42)"
    )
    command.add_argument(
        "--cohort",
        choices=["dense", "manual"],
        default="dense",
        help="dense: whole masks, manual: a few drawn slices (default: dense)",
    )
    command.add_argument("--out", type=Path, required=True, help="folder to write")
    command.add_argument(
        "--source", choices=["aws", "gcs"], default="aws", help="whose copy (default: aws)"
    )
    command.add_argument("--endpoint-url", help="another S3 server")
    command.add_argument("--optional", action="store_true", help="the fourth phase too")
    command.add_argument("--dry-run", action="store_true", help="only say how many files and GB")


def _run_options(commands):
    command = _command(
        commands,
        "run",
        "do the trainings (cells) that a study still lacks",
        "--protocol demo --arm default --arm seeds --out my_study",
    )
    command.add_argument(
        "--protocol", default="demo", help="paper, study, demo, smoke or parting (default: demo)"
    )
    arms = "control, default, order, one_bit, seeds or both; repeat for several"
    command.add_argument("--arm", action="append", help=f"{arms} (default: the arm default)")
    command.add_argument("--out", type=Path, required=True, help="the study's folder")
    command.add_argument("--repetitions", type=_count, help="how many (default: the protocol's)")
    command.add_argument("--folds", type=int, help="only the first so many (default: all)")
    command.add_argument(
        "--data", type=Path, help="folder of your own studies (default: the phantoms)"
    )
    command.add_argument(
        "--phases", type=_numbers, help="input phases, as 0,1 (default: the protocol's)"
    )
    command.add_argument(
        "--model", help="your own network, package.module:build (default: the U-Net)"
    )
    _machine_options(command)


def _machine_options(command):
    workers = "processes for the arms with fixed threads (default: one a core, or one a GPU)"
    command.add_argument(
        "--workers", type=_count, help=f"{workers}; default and both use one, or one a GPU"
    )
    command.add_argument("--scheduler", help="a Dask scheduler's address, such as tcp://host:8786")
    command.add_argument(
        "--limit",
        type=_seconds,
        help="seconds a cell may take (default: from the cells that are finished)",
    )
    command.add_argument("--mirror", type=Path, help="second folder that records are copied to")


def _reading_options(commands):
    command = _command(commands, "status", "how far a study is", "my_study")
    command.add_argument("folder", type=Path, help="the study's folder")
    command = _command(commands, "report", "table, figures and verdict", "my_study --out report")
    command.add_argument("source", type=Path, help="study's folder, its CSV or a published table")
    command.add_argument("--out", type=Path, required=True, help="folder to write")
    command.add_argument(
        "--margin", type=float, default=0.5, help="percentage points (default: 0.5)"
    )
    command = _command(
        commands, "workshop", "run the notebooks and build their pages", "--out build"
    )
    command.add_argument(
        "--notebooks",
        type=Path,
        default=Path("notebooks"),
        help="folder of the notebooks (default: notebooks)",
    )
    command.add_argument(
        "--out", type=Path, default=Path("build"), help="folder to write (default: build)"
    )


def _export_options(commands):
    command = _command(
        commands,
        "export",
        "the table as CSV or Parquet, or all of a study as an RO-Crate",
        "my_study --out my_crate",
    )
    command.add_argument("folder", type=Path, help="the study's folder")
    command.add_argument("--out", type=Path, required=True, help=".csv, .parquet or a folder")
    command.add_argument("--author", help="of the crate (default: the maintainers of its software)")
    command.add_argument(
        "--licence", default="MIT", help="of the crate, by its SPDX name (default: MIT)"
    )
    command = _command(commands, "import", "a crate's records to a study", "a --out b")
    command.add_argument("crate", type=Path, help="folder that 'export' wrote")
    command.add_argument("--out", type=Path, required=True, help="the study's folder")


def _probe_options(commands):
    command = _command(
        commands,
        "probe",
        "find operations whose results differ from run to run",
        "--runs 20 --busy",
    )
    command.add_argument(
        "--runs", type=_count, default=20, help="computations of each probe (default: 20)"
    )
    command.add_argument("--busy", action="store_true", help="keep every core busy meanwhile")
    command.add_argument(
        "--protocol", default="parting", help="gives the shapes (default: parting)"
    )
    command.add_argument(
        "--switches",
        choices=["control", "default"],
        default="default",
        help="control has every switch on, default none (default: default)",
    )
    command.add_argument(
        "--only", default="", help="text that a probe's name contains (default: every probe)"
    )
    command.add_argument("--out", type=Path, help="CSV to write, its fingerprint beside it")
