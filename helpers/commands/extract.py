"""DICOM of one study to a file."""

from pathlib import Path

from helpers.commands.option_types import numbers

SAYS = "DICOM of one study to a 4-D NIfTI and its phase times"
EXAMPLE = "STUDY_FOLDER --out study.nii.gz"


def add_options(command):
    """Folder and file."""
    command.add_argument("folder", type=Path, help="folder with the study's DICOM files")
    command.add_argument("--out", type=Path, required=True, help="file to write, .nii or .nii.gz")
    command.add_argument(
        "--series",
        type=numbers,
        help="numbers of the series to take, as 3,5,8 (default: the repeats of one acquisition)",
    )


def do(given, say):
    """Read, write, and tell shape and times."""
    from helpers.imaging import volumes

    shape, times = volumes.extract(given.folder, given.out, series=given.series)
    say(f"{given.out}: {shape}, phases at {', '.join(f'{t:g}' for t in times)} s")
