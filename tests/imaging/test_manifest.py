"""The list of the cohort: what it says, and how a wrong cell is named."""

import csv
from pathlib import Path

import pandas as pd
import pytest

from helpers.errors import InputError
from helpers.imaging.public import manifest
from helpers.imaging.public.manifest_schema import COLUMNS

TOP = Path(__file__).parents[2] / "data_manifest.csv"


@pytest.fixture(scope="module")
def table():
    return manifest.read()


@pytest.fixture
def cells():
    with TOP.open(newline="") as file:
        return list(csv.reader(file))


@pytest.fixture
def read_changed(tmp_path, cells):
    """A function that changes one cell (line from 1) and reads the file again."""

    def read(line, column, value):
        cells[line - 1][list(COLUMNS).index(column)] = value
        return manifest.read(_write(tmp_path / "changed.csv", cells))

    return read


def _write(path, rows):
    with path.open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    return path


def _line(table, **wanted):
    """Line of the file, counted from 1 with the header, of the first row that is wanted."""
    return 2 + next(i for i, r in table.iterrows() if all(r[k] == v for k, v in wanted.items()))


def test_the_shipped_list_is_the_repositorys():
    assert manifest.default_path().read_bytes() == TOP.read_bytes()


def test_the_dictionary_explains_every_column():
    lines = (TOP.parent / "docs" / "manifest.md").read_text().split("## Columns")[1].splitlines()
    explained = [line.split("`")[1] for line in lines if line.startswith("| `")]
    assert explained[: len(COLUMNS)] == list(COLUMNS)


def test_the_list_says_what_the_plain_file_says(table, cells):
    assert list(table.columns) == cells[0]
    assert len(table) == len(cells) - 1
    for column in COLUMNS:
        told = table[column].tolist()
        written = [row[cells[0].index(column)] for row in cells[1:]]
        assert told == [COLUMNS[column].kind(text) for text in written]


def test_the_two_cohorts_share_no_patient_and_no_series(table):
    dense, manual = (table[table["cohort"] == name] for name in ("dense", "manual"))
    assert dense["patient_id"].nunique() == 92
    assert manual["patient_id"].nunique() == 116
    for column in ("patient_id", "StudyInstanceUID", "SeriesInstanceUID", "crdc_series_uuid"):
        assert not set(dense[column]) & set(manual[column])


def test_the_papers_size_is_42_patients_and_14_gigabytes(table):
    rows = manifest.paper(table)
    assert rows["patient_id"].nunique() == 42
    assert set(rows["cohort"]) == {"dense"}
    assert rows["rank"].max() == 42
    assert rows.loc[rows["required"] == 1, "size_MB"].sum() == pytest.approx(14_200, abs=50)


def test_every_patient_has_four_required_phases_and_a_mask(table):
    required = table[table["required"] == 1]
    for _, rows in required.groupby("patient_id"):
        phases = rows.loc[rows["modality"] == "MR", "role"]
        assert sorted(phases) == ["post1", "post2", "post3", "pre"]
        assert (rows["modality"] == "SEG").sum() == 1


def test_every_size_is_an_even_count_of_bytes_as_dicom_asks(table):
    sizes = table["size_MB"] * 1_000_000
    assert (sizes.round() % 2 == 0).all()
    assert (sizes - sizes.round()).abs().max() < 1e-6


def test_selecting_takes_the_first_patients_by_rank(table):
    shuffled = table.sample(frac=1, random_state=3)
    rows = manifest.select(shuffled, 5)
    assert set(rows["rank"]) == {1, 2, 3, 4, 5}
    assert rows["rank"].is_monotonic_increasing
    assert len(rows) == 25


def test_selecting_counts_patients_where_ranks_have_gaps(table):
    rows = manifest.select(table, None, cohort="manual")
    assert rows["patient_id"].nunique() == 116
    assert rows["rank"].max() == 127


def test_the_fourth_phase_comes_only_when_asked_for(table):
    without = manifest.select(table)
    whole = manifest.select(table, required_only=False)
    pd.testing.assert_frame_equal(whole, manifest.paper(table))
    assert set(whole["role"]) - set(without["role"]) == {"post4"}


@pytest.mark.parametrize("patients", [0, -1, 93])
def test_more_patients_than_there_are_is_refused(table, patients):
    with pytest.raises(InputError, match="92"):
        manifest.select(table, patients)


def test_an_unknown_cohort_is_refused(table):
    with pytest.raises(InputError, match="dense or manual"):
        manifest.select(table, cohort="sparse")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("cohort", "Dense"),
        ("rank", "0"),
        ("rank", "1.0"),
        ("patient_id", "../../etc"),
        ("role", "post9"),
        ("required", "yes"),
        ("SeriesInstanceUID", "1.02.3"),
        ("SeriesInstanceUID", "1." + "2" * 63),
        ("StudyInstanceUID", ""),
        ("crdc_series_uuid", "c43e72cb"),
        ("series_aws_url", "s3://bucket/*"),
        ("series_gcs_url", "https://somewhere/*"),
        ("n_instances", "-3"),
        ("size_MB", "0.0"),
        ("size_MB", "nan"),
        ("size_MB", "12,5"),
        ("licence", "unknown"),
        ("modality", "CT"),
        ("series_number", "three"),
        ("series_description", "a\nb"),
        ("manufacturer", ""),
        ("model", "\x00"),
        ("study_date", "01.01.1990"),
        ("analysis_result_id", "?"),
        ("source_doi", "doi:10.1/x"),
        ("idc_version", "25"),
    ],
)
def test_a_wrong_cell_is_named_by_line_and_column(read_changed, column, value):
    with pytest.raises(InputError, match=rf"line (7|8), column {column}"):
        read_changed(7, column, value)


@pytest.mark.parametrize(
    ("column", "source_line", "line"),
    [
        ("SeriesInstanceUID", 3, 4),
        ("crdc_series_uuid", 3, 4),
        ("role", 3, 4),
        ("rank", 20, 4),
        ("StudyInstanceUID", 20, 4),
        ("patient_id", 20, 4),
        ("series_aws_url", 3, 4),
        ("series_gcs_url", 3, 4),
    ],
)
def test_a_cell_copied_from_another_row_is_refused(read_changed, cells, column, source_line, line):
    value = cells[source_line - 1][list(COLUMNS).index(column)]
    with pytest.raises(InputError, match=r"line \d+, column"):
        read_changed(line, column, value)


def test_rows_that_contradict_each_other_are_named(table, read_changed):
    line = _line(table, patient_id="Breast_MRI_027", role="post2")
    with pytest.raises(InputError, match=f"line {line}, column n_instances"):
        read_changed(line, "n_instances", "191")


def test_a_patient_of_both_cohorts_is_named(table, read_changed):
    line = _line(table, patient_id="Breast_MRI_027", role="post2")
    with pytest.raises(InputError, match=f"line {line}, column cohort"):
        read_changed(line, "cohort", "manual")


def test_a_required_phase_marked_optional_is_named(table, read_changed):
    line = _line(table, patient_id="Breast_MRI_027", role="post2")
    with pytest.raises(InputError, match=f"line {line}, column required"):
        read_changed(line, "required", "0")


@pytest.mark.parametrize("role", ["pre", "post2", "mask"])
def test_a_patient_without_a_phase_or_a_mask_is_named(table, tmp_path, cells, role):
    del cells[_line(table, patient_id="Breast_MRI_027", role=role) - 1]
    first = _line(table, patient_id="Breast_MRI_027") - 1
    path = _write(tmp_path / "lacking.csv", cells)
    with pytest.raises(InputError, match=rf"line ({first}|{first + 1}), column role"):
        manifest.read(path)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda text: b"", "line 1: column cohort"),
        (lambda text: text.split(b"\n")[0] + b"\n", "no row"),
        (lambda text: text.replace(b"patient_id", b"patient", 1), "line 1: column patient_id"),
        (lambda text: text.replace(b"cohort,rank", b"rank,cohort", 1), "line 1"),
        (lambda text: text[: len(text) // 2], "line"),
        (lambda text: text.replace(b"ax dyn pre", b'"ax dyn pre', 1), "line"),
        (lambda text: text.replace(b",MR,", b",MR,MR,", 1), "line 2, column"),
        (lambda text: text.replace(b"SIEMENS", b"\xff\xfe", 1), "UTF-8"),
    ],
)
def test_a_damaged_file_is_one_sentence(tmp_path, change, says):
    path = tmp_path / "damaged.csv"
    path.write_bytes(change(TOP.read_bytes()))
    with pytest.raises(InputError, match=says) as error:
        manifest.read(path)
    assert "damaged.csv" in str(error.value)


def test_a_file_that_is_not_there_is_one_sentence(tmp_path):
    with pytest.raises(InputError, match="could not be read"):
        manifest.read(tmp_path / "nowhere.csv")


def test_a_file_saved_by_a_spreadsheet_is_the_same(tmp_path, table):
    path = tmp_path / "saved.csv"
    path.write_bytes(b"\xef\xbb\xbf" + TOP.read_bytes().replace(b"\n", b"\r\n"))
    pd.testing.assert_frame_equal(manifest.read(path), table)
