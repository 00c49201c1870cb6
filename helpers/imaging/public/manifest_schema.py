"""What every cell of the manifest has to be, and what its rows have to be together."""

import csv
import io
import re
from dataclasses import dataclass

import pandas as pd

from helpers.errors import InputError

MASK_ROLES = {"dense": "mask", "manual": "mask_2d_manual"}
PHASE_ROLES = ("pre", "post1", "post2", "post3", "post4")
OPTIONAL_ROLES = ("post4",)

_UID = r"(?=.{1,64}$)(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))+"
_UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_PRINTABLE = r"[^\x00-\x1f\x7f]+"


@dataclass(frozen=True)
class Column:
    """What a cell is: the pattern its whole text matches, the same in words, and its type."""

    pattern: str
    words: str
    kind: type = str


COLUMNS = {
    "cohort": Column("dense|manual", "dense or manual"),
    "rank": Column("[1-9][0-9]{0,3}", "a whole number from 1", int),
    "patient_id": Column("Breast_MRI_[0-9]{3}", "Breast_MRI_ and three digits"),
    "role": Column("|".join([*PHASE_ROLES, *MASK_ROLES.values()]), "a phase or a mask"),
    "required": Column("[01]", "0 or 1", int),
    "SeriesInstanceUID": Column(_UID, "a DICOM UID"),
    "StudyInstanceUID": Column(_UID, "a DICOM UID"),
    "crdc_series_uuid": Column(_UUID, "a UUID in lower case"),
    "series_aws_url": Column(f"s3://[a-z0-9-]+/{_UUID}/[*]", "s3://BUCKET/UUID/*"),
    "series_gcs_url": Column(f"s3://[a-z0-9-]+/{_UUID}/[*]", "s3://BUCKET/UUID/*"),
    "n_instances": Column("[1-9][0-9]{0,4}", "a whole number from 1", int),
    "size_MB": Column(r"(?=.*[1-9])[0-9]{1,6}(\.[0-9]{1,6})?", "a size above 0", float),
    "licence": Column("CC BY(-NC)? 4[.]0", "CC BY 4.0 or CC BY-NC 4.0"),
    "modality": Column("MR|SEG", "MR or SEG"),
    "series_number": Column("[0-9]{1,6}", "a whole number", int),
    "series_description": Column(_PRINTABLE, "a text"),
    "manufacturer": Column(_PRINTABLE, "a text"),
    "model": Column(_PRINTABLE, "a text"),
    "study_date": Column("[0-9]{4}-[0-9]{2}-[0-9]{2}", "a date like 1990-01-01"),
    "analysis_result_id": Column("[a-z_]*", "a name in small letters, or empty"),
    "source_doi": Column("10[.][0-9]+/[^ ]+", "a DOI like 10.7937/tcia.e3sv-re93"),
    "idc_version": Column("v[0-9]+", "a version like v25"),
}


def parse(content, path):
    """The manifest in ``content`` (bytes) as a DataFrame with the columns of COLUMNS.

    path   : named in errors
    raises : InputError with the line and the column of the first cell that is wrong
    """
    lines, rows = _cells(content, path)
    table = pd.DataFrame(rows, columns=list(COLUMNS), index=lines)
    for name, column in COLUMNS.items():
        fits = table[name].map(lambda text, column=column: bool(re.fullmatch(column.pattern, text)))
        _refuse(table, ~fits, name, f"is not {column.words}", path)
    table = table.astype({name: column.kind for name, column in COLUMNS.items()})
    for name, wrong, says in _rules(table):
        _refuse(table, wrong, name, says, path)
    return table.reset_index(drop=True)


def _cells(content, path):
    """Line numbers and rows of cells below the header."""
    try:
        reader = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        table = [(reader.line_num, row) for row in reader]
    except UnicodeDecodeError:
        raise InputError(f"{path} is not text in UTF-8: save it as a CSV file.") from None
    except csv.Error as error:
        raise InputError(f"{path}, line {reader.line_num}: {error}; mend the quotes.") from None
    _check_header(table[0][1] if table else [], path)
    for line, row in table:
        if len(row) != len(COLUMNS):
            ends = list(COLUMNS)[min(len(row), len(COLUMNS)) - 1]
            raise InputError(
                f"{path}, line {line}, column {ends}: the row has {len(row)} cells and there "
                f"are {len(COLUMNS)} columns."
            )
    if len(table) < 2:
        raise InputError(f"{path} has no row below its header: it lists no series.")
    return [line for line, _ in table[1:]], [row for _, row in table[1:]]


def _check_header(header, path):
    for name in COLUMNS:
        if header.count(name) != 1:
            raise InputError(
                f"{path}, line 1: column {name} is there {header.count(name)} times, not once."
            )
    if header != list(COLUMNS):
        raise InputError(f"{path}, line 1: the columns have to be {', '.join(COLUMNS)}.")


def _refuse(table, wrong, name, says, path):
    if wrong.any():
        line = wrong.idxmax()
        value = str(table.at[line, name])[:80]
        raise InputError(f"{path}, line {line}, column {name}: {value!r} {says}.")


def _rules(table):
    """(column, which rows are wrong, why) for what no cell tells alone."""
    yield from _identities(table)
    yield from _roles(table)
    for name in ("series_aws_url", "series_gcs_url"):
        series = table[name].str.split("/").str[3]
        yield name, series != table["crdc_series_uuid"], "is not of this row's crdc_series_uuid"


def _identities(table):
    for name in ("SeriesInstanceUID", "crdc_series_uuid"):
        yield name, table[name].duplicated(), "is in an earlier row too"
    for name in ("cohort", "rank", "StudyInstanceUID"):
        first = table.groupby("patient_id")[name].transform("first")
        yield name, table[name] != first, "is not what an earlier row of this patient has"
    for key in (["cohort", "rank"], ["StudyInstanceUID"]):
        first = table.groupby(key)["patient_id"].transform("first")
        yield key[-1], table["patient_id"] != first, "belongs to an earlier patient"


def _roles(table):
    role, is_mask = table["role"], table["role"].isin(list(MASK_ROLES.values()))
    yield "role", table.duplicated(["patient_id", "role"]), "is there twice for this patient"
    wrong = is_mask & (role != table["cohort"].map(MASK_ROLES))
    yield "role", wrong, "is the mask of the other cohort"
    yield "modality", is_mask != (table["modality"] == "SEG"), "does not go with the role"
    optional = role.isin(OPTIONAL_ROLES)
    yield "required", optional == (table["required"] == 1), "does not go with the role"
    slices = table["n_instances"].mask(is_mask, 1)
    first = slices[~is_mask].groupby(table["patient_id"]).first()
    expected = table["patient_id"].map(first).mask(is_mask, 1)
    wrong = table["n_instances"] != expected
    yield "n_instances", wrong, "is not the first phase's count, or 1 for a mask"
    needed = len(PHASE_ROLES) - len(OPTIONAL_ROLES) + 1
    found = table["required"].groupby(table["patient_id"]).transform("sum")
    yield "role", found != needed, "is of a patient who lacks a phase or a mask"
