"""The list of the public cohort: one row a DICOM series; docs/manifest.md explains the columns."""

from pathlib import Path

from helpers.errors import InputError
from helpers.imaging.public.manifest_schema import MASK_ROLES, parse
from helpers.protocol import PAPER


def default_path():
    """The manifest that ships with the package, the same bytes as data_manifest.csv."""
    return Path(__file__).parents[2] / "reference" / "data_manifest.csv"


def read(path=None):
    """The checked manifest as a DataFrame, one row a DICOM series.

    path   : CSV file; the one that ships with the package if None
    raises : InputError that names the line and the column that are wrong
    """
    path = default_path() if path is None else Path(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} could not be read: {error.strerror}.") from error
    return parse(content, path)


def paper(table):
    """The rows of as many patients as the paper had: ``cohort == dense and rank <= 42``."""
    return table[(table["cohort"] == "dense") & (table["rank"] <= PAPER.patients)]


def select(table, patients=PAPER.patients, cohort="dense", required_only=True):
    """The rows of a cohort's first patients, in the order of ``rank``.

    patients      : how many; all of the cohort if None
    cohort        : dense (whole masks) or manual (a few hand-drawn slices a patient)
    required_only : without the fourth phase after contrast, which only some patients have
    raises        : InputError when there is no such cohort or it has fewer patients
    """
    if cohort not in MASK_ROLES:
        raise InputError(f"There is no cohort {cohort!r}: choose {' or '.join(MASK_ROLES)}.")
    rows = table[table["cohort"] == cohort]
    ranks = sorted(rows["rank"].unique())
    patients = len(ranks) if patients is None else patients
    if not 1 <= patients <= len(ranks):
        raise InputError(f"The {cohort} cohort has 1 to {len(ranks)} patients, not {patients}.")
    rows = rows[rows["rank"].isin(ranks[:patients])].sort_values("rank", kind="stable")
    return rows[rows["required"] == 1] if required_only else rows
