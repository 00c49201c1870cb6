"""DICOM of many studies to a file each."""

from pathlib import Path

SAYS = "DICOM of a whole cohort to NIfTI"
EXAMPLE = "cohort --out nifti"
GOES_ON = True


def add_options(command):
    """Two folders."""
    command.add_argument("folder", type=Path, help="folder of patients, as for 'run --data'")
    command.add_argument("--out", type=Path, required=True, help="folder to write, a file a study")


def do(given, say):
    """Extract what is not there yet."""
    from helpers.imaging import cohort_folder, extraction

    found = extraction.extract_cohort(cohort_folder.find(given.folder), given.out)
    say(f"{given.out}: {len(found)} studies")
