"""One list of columns: measures, records and docs follow from it."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers import columns
from helpers.errors import InputError
from helpers.learning import measures

RECORD = {
    "arm": "control",
    "repetition": 0,
    "fold": 1,
    "dsc_percent": {"B": 90, "A": 91.5},
    "weights_sha256": "0a",
    "hd95_mm": {"A": 3.5, "B": None},
    "seconds": 3,
    "steps_sha256": ["a", "b"],
    "threads": {"inter_op": None, "intra_op": 1},
    "peak_memory_mb": {"process": 640.5, "gpu": None},
    "behaviour": {"fixed": True},
}


def test_there_is_a_function_for_each_measure_and_a_column_for_each_function():
    assert tuple(measures.MEASURES) == columns.MEASURES


def test_a_record_becomes_one_row_a_patient_with_every_column():
    first, second = columns.rows(RECORD)
    assert tuple(first) != () and set(first) == set(columns.NAMES)
    assert (first["patient"], first["dsc_percent"], first["hd95_mm"]) == ("A", 91.5, 3.5)
    assert (second["patient"], second["hd95_mm"]) == ("B", None)
    assert first["arm"] == second["arm"] == "control"


def test_an_old_record_without_a_measure_has_rows_without_it():
    old = {k: v for k, v in RECORD.items() if k != "hd95_mm"}
    assert [row["hd95_mm"] for row in columns.rows(old)] == [None, None]
    assert [row["ceiling_percent"] for row in columns.rows(old)] == [None, None]


def test_a_patient_is_its_own_subject_unless_its_record_says_otherwise():
    assert [row["subject"] for row in columns.rows(RECORD)] == ["A", "B"]
    named = RECORD | {"subject": {"A": "anna", "B": None}}
    assert [row["subject"] for row in columns.rows(named)] == ["anna", "B"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("arm", "Arm"),
        ("arm", "../x"),
        ("arm", 1),
        ("repetition", -1),
        ("repetition", True),
        ("fold", 0.5),
        ("dsc_percent", {"A": 100.1}),
        ("dsc_percent", {"A": None}),
        ("dsc_percent", {"A": float("nan")}),
        ("dsc_percent", [90]),
        ("hd95_mm", {"A": -1}),
        ("weights_sha256", 7),
        ("weights_sha256", ""),
        ("dsc_percent", {}),
        ("dsc_percent", {"A\n": 90}),
        ("dsc_percent", {"\ud800": 90}),
        ("dsc_percent", {"A" * 201: 90}),
        ("dsc_percent", {"\u202egnp": 90}),
        ("hd95_mm", {"A": float("inf")}),
        ("seconds", "abc"),
        ("seconds", -1),
        ("seconds", float("nan")),
        ("steps_sha256", "abc"),
        ("steps_sha256", ["a", 1]),
        ("epochs_sha256", [None]),
        ("epochs_loss", [0.1, "x"]),
        ("epochs_dsc_percent", [90.0]),
        ("epochs_dsc_percent", {"P": 90.0}),
        ("epochs_dsc_percent", {"P": [90.0, 101.0]}),
        ("epochs_dsc_percent", {"P": [90.0, None]}),
        ("behaviour", {"fixed": 1}),
        ("threads", {"inter_op": "x"}),
        ("peak_memory_mb", {"process": "much"}),
        ("peak_memory_mb", 7),
        ("first_step_sha256", ["a"]),
        ("fingerprint_sha256", None),
    ],
)
def test_a_record_is_sound_only_if_each_value_is_what_its_column_says(name, value):
    assert columns.is_sound(RECORD)
    assert not columns.is_sound(RECORD | {name: value})


def test_a_float_of_numpys_is_a_number_and_a_bool_is_none():
    dsc = {"dsc_percent": {"A": np.float64(90)}}
    assert columns.is_sound(RECORD | dsc) and not columns.is_sound(RECORD | {"fold": True})


def test_a_record_without_what_is_needed_is_not_sound_and_without_the_rest_it_is():
    for name in RECORD:
        lacking = {k: v for k, v in RECORD.items() if k != name}
        assert columns.is_sound(lacking) == (name not in columns.NEEDED)


def test_numbers_of_a_table_are_numbers_and_what_is_none_is_refused():
    frame = pd.DataFrame(columns.rows(RECORD), columns=columns.NAMES).astype(object)
    typed = columns.typed(frame)
    assert {n: str(typed[n].dtype) for n in columns.NUMBERS} == columns.NUMBERS
    with pytest.raises(InputError, match="no number"):
        columns.typed(frame.assign(dsc_percent="high"))


def test_the_docs_explain_every_column():
    text = (Path(__file__).parent.parent / "docs" / "export.md").read_text()
    for column in columns.COLUMNS:
        unit = f", {column.unit}" if column.unit else ""
        assert f"| `{column.name}` | {column.meaning}{unit} |" in text, column.name
