"""cohort.csv as people and spreadsheets write it: text, and words that are known or refused."""

import pandas as pd
import pytest

from helpers.errors import InputError
from helpers.imaging import cohort_folder


@pytest.fixture
def folder(tmp_path):
    """A folder with files for six patients, whose content nobody reads here."""
    for number in range(6):
        (tmp_path / f"{number}.nii").touch()
    return tmp_path


@pytest.fixture
def find(folder):
    """A function that writes cohort.csv and finds its studies."""

    def found(text, encoding="utf-8"):
        (folder / "cohort.csv").write_bytes(text.encode(encoding))
        return cohort_folder.find(folder)

    return found


def rows(*patients, **columns):
    """A list as text; each further column has a value for each patient."""
    lines = [",".join(["patient", "image", "mask", *columns])]
    for number, patient in enumerate(patients):
        own = [values[number] for values in columns.values()]
        lines.append(",".join([patient, f"{number}.nii", f"{number}.nii", *own]))
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("word", "sparse"),
    [
        *((w, True) for w in ("1", "1.0", "yes", "Yes", "TRUE", "True", " yes ", "y", "t", "on")),
        *((w, False) for w in ("", "0", "0.0", "no", "No", "FALSE", "False", " no", "n", "off")),
    ],
)
def test_words_for_yes_and_no_are_known_in_any_case(word, sparse, find):
    assert [s.sparse for s in find(rows("A", "B", sparse=["1", word]))] == [True, sparse]


@pytest.mark.parametrize("word", ["2", "0.5", "maybe", "NA", "nan", "-1", "x", "wahr", "10"])
def test_other_words_are_refused_with_their_row(word, find):
    with pytest.raises(InputError, match=rf"cohort.csv, row 3: sparse is '{word}': write yes or"):
        find(rows("A", "B", sparse=["1", word]))


def test_a_decimal_comma_is_named_as_one(find):
    with pytest.raises(InputError, match="row 3: sparse is '1,0', with a decimal comma"):
        find(rows("A", "B", sparse=["1", '"1,0"']))
    with pytest.raises(InputError, match="row 3: a cell too many, from a decimal comma"):
        find(rows("A", "B", sparse=["1", "1,0"]))


@pytest.mark.parametrize("index", [False, True])
def test_what_pandas_writes_is_read(index, find):
    table = pd.DataFrame({"patient": ["01", "1", "NA"], "image": ["0.nii", "1.nii", "2.nii"]})
    table["mask"], table["sparse"] = table["image"], [1.0, None, 0.0]
    found = find(table.to_csv(index=index))
    assert [(s.patient, s.sparse) for s in found] == [("01", True), ("1", False), ("NA", False)]


def test_names_are_text(find):
    names = ["01", "1", "1.0", "NA", "null", "True"]
    found = find(rows(*names))
    assert sorted(s.patient for s in found) == sorted(names)


@pytest.mark.parametrize("name", ["nan", "None", "N/A", "#N/A", "-"])
def test_no_name_means_missing(name, find):
    assert [s.patient for s in find(rows(name))] == [name]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (rows("A", "B").replace(",", ";"), "is parted by semicolons"),
        ("sep=;\n" + rows("A", "B").replace(",", ";"), "is parted by semicolons"),
        (rows("A", "B").replace(",", "\t"), "is parted by tabs"),
        ("", "has no column patient"),
        ("patient,image,mask,mask\nA,0.nii,0.nii,1.nii", "has the column mask twice"),
        (rows("A", "B", "A"), "row 4: it lists a patient twice"),
        (rows("A", " A "), "row 3: it lists a patient twice"),
        (rows("A", ""), "row 3: patient is empty"),
        (rows("A", "B") + "\nC,9.nii,0.nii", "row 4: image 9.nii does not exist"),
        (rows("Doe, J"), "row 2: a cell too many, from .* a comma in a name"),
        (rows("A") + '\n"B', "is not a CSV that can be read"),
        (rows("A\0B"), "is not a CSV that can be read"),
    ],
    ids=lambda value: value.split(",")[0][:20],
)
def test_a_list_is_refused_that(text, reason, find):
    with pytest.raises(InputError, match=reason):
        find(text)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8"])
def test_a_list_out_of_a_spreadsheet_is_read(encoding, find):
    text = rows("Ä", "B", segments=[" breast ; tumour", ""]).replace("\n", "\r\n") + "\r\n,,,\r\n"
    first, second = find(text.replace("patient,image", "patient , image"), encoding)
    assert (second.patient, second.segments) == ("Ä", ("breast", "tumour"))
    assert (first.patient, first.segments) == ("B", None)


def test_another_code_is_refused(find):
    for encoding in ("utf-16", "latin-1"):
        with pytest.raises(InputError, match="save it as CSV UTF-8"):
            find(rows("Ä"), encoding)


def test_a_comma_in_quotes_is_part_of_a_name(find):
    assert [s.patient for s in find(rows('"Doe, J"'))] == ["Doe, J"]
