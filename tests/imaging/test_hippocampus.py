"""The real patients that ship are those that the rule takes, unchanged, and all are of use."""

import csv
import re
import shutil
from dataclasses import replace

import pytest

from helpers.errors import InputError
from helpers.imaging import cohort, cohort_folder, grid_fit, hippocampus
from helpers.protocol import HIPPOCAMPUS


def _persons():
    with (hippocampus.SHIPPED / "persons.csv").open() as file:
        return {row["file"]: int(row["person"]) for row in csv.DictReader(file)}


def test_the_rule_takes_first_files_of_persons_evenly_over_the_list():
    persons = {f"{n}": n // 2 for n in range(20)}
    assert hippocampus.chosen(persons, 5) == ["0", "4", "8", "12", "16"]
    assert hippocampus.chosen(persons, 10) == [f"{n}" for n in range(0, 20, 2)]


def test_more_persons_than_there_are_is_refused():
    with pytest.raises(InputError, match="11 persons cannot be chosen of 10"):
        hippocampus.chosen({f"{n}": n // 2 for n in range(20)}, 11)


def test_the_cohort_that_ships_is_the_one_that_the_rule_takes():
    there = cohort_folder.find(hippocampus.folder())
    wanted = hippocampus.chosen(_persons(), HIPPOCAMPUS.patients)
    assert sorted(one.image.name for one in there) == sorted(wanted)
    assert all(one.image.name == one.mask.name for one in there)


def test_no_two_of_its_images_are_of_one_person():
    there = [_persons()[one.image.name] for one in cohort_folder.find(hippocampus.folder())]
    assert len(set(there)) == len(there) == HIPPOCAMPUS.patients


def test_neighbouring_numbers_are_one_person_and_others_are_not():
    number = {name: int(re.search(r"\d+", name)[0]) for name in _persons()}
    for one, person in _persons().items():
        for other, same in _persons().items():
            assert (person == same) == ((number[one] + 1) // 2 == (number[other] + 1) // 2)


def test_a_file_that_was_changed_is_named(tmp_path):
    copy = shutil.copytree(hippocampus.SHIPPED, tmp_path / "copy")
    assert hippocampus.folder(copy) == copy
    image = copy / "images" / "hippocampus_001.nii.gz"
    image.write_bytes(image.read_bytes()[:-1] + b"x")
    with pytest.raises(InputError, match="hippocampus_001.nii.gz is not the file that shipped"):
        hippocampus.folder(copy)
    image.unlink()
    with pytest.raises(InputError, match="hippocampus_001.nii.gz cannot be read"):
        hippocampus.folder(copy)


def test_every_file_of_images_and_masks_has_a_digest_and_the_licence_is_named():
    sums = (hippocampus.SHIPPED / hippocampus.SUMS).read_text()
    files = {p.relative_to(hippocampus.SHIPPED) for p in hippocampus.SHIPPED.rglob("*.nii.gz")}
    assert len(files) == 2 * HIPPOCAMPUS.patients
    assert all(f"  {name.as_posix()}\n" in sums for name in files)
    assert "CC BY-SA 4.0" in (hippocampus.SHIPPED / "LICENSE.md").read_text()


def test_its_protocol_keeps_every_voxel_and_cuts_nothing_off():
    found = cohort.load(replace(HIPPOCAMPUS, patients=6, folds=2))
    fits = grid_fit.fit(found, HIPPOCAMPUS)
    assert set(fits.ceilings.values()) == {100} and set(fits.outside.values()) == {0}
