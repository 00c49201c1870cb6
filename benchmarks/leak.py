"""What it costs to deal files instead of persons to folds: python benchmarks/leak.py FOLDER [OUT].

FOLDER holds the images/ and labels/ of the Decathlon's Task04: 260 files of 170 persons, two of 90
of them. The same network is trained on both dealings, every file judged once in each, and prints by
how much a file is judged better where its person's other file was trained on. OUT (build/leak)
keeps both studies; a second call goes on where the first stopped. --keep writes the table of both.
"""

import argparse
import csv
import tempfile
from dataclasses import replace
from pathlib import Path

from helpers.imaging import hippocampus
from helpers.protocol import HIPPOCAMPUS
from helpers.statistics import leak
from helpers.study import runner, shipping

PROTOCOL = replace(HIPPOCAMPUS, name="leak", patients=260, epochs=6, judge_every=0)
DEALT = leak.BY_FILE, leak.BY_PERSON


def main():
    """Train on both dealings and print the leak."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path, nargs="?", default=Path("build/leak"))
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--keep", type=Path, help="folder for the table that ships")
    given = parser.parse_args()
    with (hippocampus.SHIPPED / "persons.csv").open() as file:
        persons = {row["file"][:15]: row["person"] for row in csv.DictReader(file)}
    folders = {
        dealt: trained(given.folder, given.out / dealt, given.repetitions, persons)
        for dealt in DEALT
    }
    with tempfile.TemporaryDirectory() as place:
        table = shipping.keep_together(folders, "dealt", "leak", given.keep or place)
    tell(table, persons)


def trained(folder, out, repetitions, persons):
    """Train on one dealing what is missing; returns the study's folder."""
    listed(folder.resolve(), out / "files", persons, out.name == leak.BY_PERSON)
    runner.run(PROTOCOL, ["seeds"], out / "study", repetitions, workers=2, data=out / "files")
    return out / "study"


def listed(folder, out, persons, by_person):
    """Write cohort.csv; whose file it is stands there only when persons are dealt."""
    out.mkdir(parents=True, exist_ok=True)
    with (out / "cohort.csv").open("w") as file:
        file.write("patient,image,mask,subject\n")
        for name, person in persons.items():
            image, mask = (folder / kind / f"{name}.nii.gz" for kind in ("images", "labels"))
            file.write(f"{name},{image},{mask},{f'p{person}' if by_person else ''}\n")


def tell(table, persons):
    """Print by how much files are judged better when files are dealt, and how sure that is."""
    gains = leak.gains(table, persons)
    for text, count in (("two files, the other trained on", 2), ("one file: nothing leaks", 1)):
        found = leak.mean_gain(gains[gains["files"] == count])
        print(f"{text}: {found}")


if __name__ == "__main__":
    main()
