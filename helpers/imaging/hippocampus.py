"""The real patients that ship: 42 persons, one MR crop round a hippocampus each, with its mask.

Medical Segmentation Decathlon, Task04 (Simpson 2019, arXiv:1902.09063), T1 MPRAGE of 1 mm from
Vanderbilt University Medical Center. The files are unchanged and their licence is CC BY-SA 4.0,
not the code's: ``helpers/reference/hippocampus/LICENSE.md``. Which files are of one person was
inferred here; ``persons.csv`` says how.
"""

import hashlib
from importlib.resources import files
from pathlib import Path

from helpers import reading
from helpers.errors import InputError
from helpers.imaging.cohort_list import read_rows

SHIPPED = Path(str(files("helpers.reference"))) / "hippocampus"
SUMS = "SHA256SUMS"


def chosen(persons, count):
    """Which files are taken: of persons evenly over the list, of each the first file.

    persons : dict of file's name → number of its person, in the list's order
    count   : how many persons
    raises  : InputError when there are fewer
    """
    first = {}
    for name, person in persons.items():
        first.setdefault(person, name)
    names = list(first.values())
    if not 0 < count <= len(names):
        raise InputError(f"{count} persons cannot be chosen of {len(names)}.")
    return [names[i * len(names) // count] for i in range(count)]


def folder(place=SHIPPED):
    """The folder of the cohort, whose files are those that were shipped.

    raises : InputError naming the file that is missing or another one
    """
    for line in _content(place / SUMS).decode().splitlines():
        digest, name = line.split("  ")
        if hashlib.sha256(_content(place / name)).hexdigest() != digest:
            raise InputError(f"{place / name} is not the file that shipped: install again.")
    return place


def patients(place=SHIPPED):
    """The names of the patients of the cohort, in its order: list."""
    return [row["patient"] for row in read_rows(place / "cohort.csv", ["patient"])]


def _content(path):
    try:
        return reading.content(path)
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error}): install again.") from error
