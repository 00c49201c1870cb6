"""Where subjects have several images, a subject is the patient of all statistics."""

import itertools

import numpy as np
import pandas as pd
import pytest

from helpers.display.report import sentences
from helpers.errors import InputError
from helpers.statistics import csv_tables, runs, summary


def _table(subjects=("anna", "anna", "berta", "carla"), repetitions=3):
    """Four images in two folds: anna's two are in one."""
    rng = np.random.default_rng(0)
    rows = [
        ("default", run, image // 2, f"I{image}", rng.uniform(80, 95), subject, 99.0 - image)
        for run in range(repetitions)
        for image, subject in enumerate(subjects)
    ]
    names = [*csv_tables.NEEDED, "subject", "ceiling_percent"]
    return pd.DataFrame(rows, columns=names)


def test_a_subjects_dsc_is_the_mean_of_its_images_and_counts_once():
    table = _table()
    found = runs.by_arm(table)["default"]
    assert list(found.dsc.columns) == ["anna", "berta", "carla"] and found.images == 4
    for run, rows in table.groupby("repetition"):
        slow = {s: sum(r["dsc_percent"]) / len(r) for s, r in rows.groupby("subject")}
        assert found.dsc.loc[run].to_dict() == pytest.approx(slow)
        assert found.medians[run] == pytest.approx(sorted(slow.values())[1])
    assert found.ceilings.to_dict() == {"anna": 98.5, "berta": 97.0, "carla": 96.0}
    assert list(found.fold) == [0, 1, 1]


def test_the_report_says_what_a_patient_is():
    [numbers] = summary.summarise(runs.by_arm(_table())).values()
    assert (numbers["patients"], numbers["images"]) == (3, 4)
    assert numbers["ceiling_percent"] == [96.0, 97.0, 98.5]
    assert "n = 3 patients with 4 images, " in sentences.design({"default": numbers})[0]
    assert sentences.SUBJECTS in sentences.methods({"default": numbers})


@pytest.mark.parametrize("subject", [None, "", "its patient"])
def test_without_subjects_nothing_is_another(subject, tmp_path):
    plain = _table().drop(columns="subject")
    given = plain.assign(subject=plain["patient"] if subject else subject)
    given.to_csv(tmp_path / "t.csv", index=False)
    expected = summary.summarise(runs.by_arm(plain))
    assert summary.summarise(runs.by_arm(csv_tables.read_study(tmp_path / "t.csv"))) == expected
    if subject != "":
        assert summary.summarise(runs.by_arm(given)) == expected
    [numbers] = expected.values()
    assert sentences.SUBJECTS not in sentences.methods({"default": numbers})


def test_a_gap_in_one_image_is_no_gap_that_the_other_fills(tmp_path):
    table = _table()
    table.drop(index=0).to_csv(tmp_path / "t.csv", index=False)
    with pytest.raises(csv_tables.InputError, match="patient I0 in repetition 0 .* is missing"):
        csv_tables.read_study(tmp_path / "t.csv")


def test_a_table_without_ceilings_says_so():
    [numbers] = summary.summarise(runs.by_arm(_table().drop(columns="ceiling_percent"))).values()
    assert numbers["ceiling_percent"] is None
    some = _table()
    some.loc[list(itertools.islice(range(0, 12, 4), 3)), "ceiling_percent"] = np.nan
    some["subject"] = some["patient"]
    [numbers] = summary.summarise(runs.by_arm(some)).values()
    assert numbers["ceiling_percent"] is None


def test_one_subject_in_two_folds_is_refused_by_row_and_name():
    rows = [("a", r, p % 2, f"p{p}", 90.0 + r, f"s{p // 2}") for r in range(2) for p in range(4)]
    names = ["arm", "repetition", "fold", "patient", "dsc_percent", "subject"]
    with pytest.raises(InputError, match="row 2, column subject.*rest of s0.*deal subjects"):
        csv_tables.check_table(pd.DataFrame(rows, columns=names), "mine")
