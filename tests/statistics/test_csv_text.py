"""A file that somebody saved becomes texts with their lines, or a sentence that says what it is."""

import gzip

import pytest

from helpers.errors import InputError
from helpers.statistics import csv_text

TEXT = "arm,patient,dsc\na,01,95.7\na,1,96\n"
ROWS = [["a", "01", "95.7"], ["a", "1", "96"]]


def _read(tmp_path, content):
    path = tmp_path / "table.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return csv_text.read(path)


@pytest.mark.parametrize(
    "content",
    [
        TEXT,
        TEXT.rstrip("\n"),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-32"),
        b"\xff\xfe" + TEXT.encode("utf-16-le"),
        b"\xfe\xff" + TEXT.encode("utf-16-be"),
        gzip.compress(TEXT.encode()),
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("\n", "\r"),
        TEXT.replace(",", " ,  "),
        TEXT.replace("01", "\u00a001\t"),
        TEXT.replace("a,", '"a",'),
    ],
)
def test_however_a_table_was_saved_its_texts_are_the_same(tmp_path, content):
    found = _read(tmp_path, content)
    assert list(found.columns) == ["arm", "patient", "dsc"]
    assert found.to_numpy().tolist() == ROWS and list(found.index) == [2, 3]


def test_names_of_nothing_stay_texts(tmp_path):
    found = _read(tmp_path, "patient,x\nNA,nan\nNone,null\n,1\n")
    assert found.to_numpy().tolist() == [["NA", "nan"], ["None", "null"], ["", "1"]]


def test_a_row_has_the_line_that_a_person_sees(tmp_path):
    found = _read(tmp_path, "\narm,patient\n\na,P1\n,\na,P2\n")
    assert found["patient"].tolist() == ["P1", "P2"] and list(found.index) == [4, 6]
    assert csv_text.where(found, "x.csv", 1) == "x.csv, line 6"
    assert csv_text.where(found.reset_index(drop=True), "x", 1) == "x, row 2"


def test_columns_without_a_name_are_left_out(tmp_path):
    found = _read(tmp_path, ",arm,patient,\n0,a,01,\n1,a,1,\n")
    assert list(found.columns) == ["arm", "patient"] and found["patient"].tolist() == ["01", "1"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (
            TEXT.replace(",", ";"),
            "line 1: its columns are parted by semicolons: save .* with comma",
        ),
        (TEXT.replace(",", ";").replace(".", ","), "parted by semicolons: .*points in numbers"),
        (TEXT.replace(",", "\t"), "line 1: its columns are parted by tabs"),
        (TEXT.replace(",", "\t").encode("utf-16"), "line 1: its columns are parted by tabs"),
        (TEXT.replace(",", "|"), "parted by bars"),
        (TEXT.replace(",", " "), "parted by spaces"),
        (TEXT.replace("95.7", "95,7"), "line 2: it has 4 cells where the first line has 3: write"),
        (TEXT.replace(",96", ""), "line 3: it has 2 cells where the first line has 3"),
        (TEXT.replace("01", '0"1').replace("a,1", 'a,"1'), "line 3: its quotation marks"),
        (
            TEXT.replace("a,", '",'),
            "line 2: .*quotation marks do not pair .a cell goes over the end",
        ),
        (TEXT.replace("01", "Müller").encode("latin-1"), "line 2: this is no utf-8 text: save"),
        (TEXT.encode("utf-16-le"), "zero bytes, as UTF-16 .*: save"),
        (b"PK\x03\x04xl/workbook", "is an Excel workbook or another archive, not a CSV: save"),
        (b"\xd0\xcf\x11\xe0\xa1", "is an old Excel workbook"),
        (b"PAR1..", "is a Parquet file"),
        (b"\x1f\x8b12", "cannot be read"),
        ("", "is empty: save"),
        ("\n\n , \n", "is empty: save"),
    ],
)
def test_what_is_no_such_file_is_named(tmp_path, content, told):
    with pytest.raises(InputError, match=f"table.csv.*{told}"):
        _read(tmp_path, content)


def test_a_file_that_is_not_there_and_a_folder_are_named(tmp_path):
    with pytest.raises(InputError, match="nowhere.csv does not exist: name"):
        csv_text.read(tmp_path / "nowhere.csv")
    with pytest.raises(InputError, match="cannot be read .*: name"):
        csv_text.read(tmp_path)
