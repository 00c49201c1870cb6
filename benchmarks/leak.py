"""What it costs to deal files instead of persons to folds: python benchmarks/leak.py FOLDER [OUT].

FOLDER holds the images/ and labels/ of the Decathlon's Task04: 260 files of 170 persons, two of 90
of them. The same network is trained on both dealings, every file judged once in each, and prints by
how much a file is judged better where its person's other file was trained on. OUT (build/leak)
keeps both studies; a second call goes on where the first stopped.
"""

import argparse
import csv
import statistics
from dataclasses import replace
from pathlib import Path

from scipy import stats

from helpers.imaging import hippocampus
from helpers.protocol import HIPPOCAMPUS
from helpers.study import runner

PROTOCOL = replace(HIPPOCAMPUS, name="leak", patients=260, epochs=6, judge_every=0)
BY_PERSON = "by_person"


def main():
    """Train on both dealings and print the leak."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path, nargs="?", default=Path("build/leak"))
    parser.add_argument("--repetitions", type=int, default=5)
    given = parser.parse_args()
    with (hippocampus.SHIPPED / "persons.csv").open() as file:
        persons = {row["file"][:15]: row["person"] for row in csv.DictReader(file)}
    by_file, by_person = (
        judged(given.folder, given.out / name, given.repetitions, persons)
        for name in ("by_file", BY_PERSON)
    )
    tell(by_file, by_person, persons)


def judged(folder, out, repetitions, persons):
    """DSC in % of each file in each repetition: dict (repetition, file) → float."""
    listed(folder.resolve(), out / "files", persons, out.name == BY_PERSON)
    ledger = runner.run(
        PROTOCOL, ["seeds"], out / "study", repetitions, workers=2, data=out / "files"
    )
    records = ledger.records()
    return {(r["repetition"], k): dsc for r in records for k, dsc in r["dsc_percent"].items()}


def listed(folder, out, persons, by_person):
    """Write cohort.csv; whose file it is stands there only when persons are dealt."""
    out.mkdir(parents=True, exist_ok=True)
    with (out / "cohort.csv").open("w") as file:
        file.write("patient,image,mask,subject\n")
        for name, person in persons.items():
            image, mask = (folder / kind / f"{name}.nii.gz" for kind in ("images", "labels"))
            file.write(f"{name},{image},{mask},{f'p{person}' if by_person else ''}\n")


def tell(by_file, by_person, persons):
    """Print the mean difference of those who have two files, and of those who have one."""
    owned = list(persons.values())
    for text, count in (("two files, one of them trained on", 2), ("one file: nothing leaks", 1)):
        who = {p for p in owned if owned.count(p) == count}
        gain = {key: dsc - by_person[key] for key, dsc in by_file.items() if persons[key[1]] in who}
        each = [mean(g for key, g in gain.items() if persons[key[1]] == p) for p in sorted(who)]
        runs = [mean(g for key, g in gain.items() if key[0] == r) for r in {r for r, _ in gain}]
        print(f"{len(who)} persons with {text}: {mean(each):+.2f} points")
        print(f"   over persons, of these trainings   {interval(each)}")
        print(f"   over {len(runs)} repetitions, of these persons {interval(runs)}")


def mean(values):
    """The mean of a generator of numbers."""
    return statistics.fmean(values)


def interval(values):
    """Student's 95 % interval of a mean, as text."""
    if len(values) < 2:
        return "one value: no interval"
    low, high = stats.t.interval(0.95, len(values) - 1, mean(values), stats.sem(values))
    return f"{low:+.2f} to {high:+.2f}"


if __name__ == "__main__":
    main()
