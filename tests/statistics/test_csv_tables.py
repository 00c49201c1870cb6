"""Tables that somebody hands over: right, or refused in one sentence that names the place."""

import numpy as np
import pandas as pd
import pytest

from helpers.errors import InputError
from helpers.statistics import csv_tables, runs, summary
from helpers.study import shipped

PUBLISHED = "helpers/reference/published_table.csv"
HEADER = "repetition,median_dsc_percent,ci95_lower_percent,ci95_upper_percent\n"


def _table(arms=("default", "seeds"), repetitions=3, patients=8, folds=4):
    """A patient has 90 to 94 %, the same in every run but for a point."""
    rng = np.random.default_rng(0)
    rows = [
        (arm, run, p % folds, f"P{p}", round(90 + p / 2 + rng.uniform(0, 1), 2))
        for arm in arms
        for run in range(repetitions)
        for p in range(patients)
    ]
    return pd.DataFrame(rows, columns=list(csv_tables.NEEDED))


def _changed(column, row, value):
    table = _table().astype(object)
    table.loc[row, column] = value
    return table


def _read(table, folder, **options):
    path = folder / "study.csv"
    table.to_csv(path, **{"index": False} | options)
    return csv_tables.read_study(path)


def _numbers(table):
    """The summary: all that the table says."""
    return summary.summarise(runs.by_arm(table))


@pytest.mark.parametrize("name", ["study", "parting"])
def test_a_shipped_study_reads_back_as_it_is(tmp_path, name):
    table = shipped.table(name)
    expected = _numbers(table)
    assert _numbers(_read(table, tmp_path)) == expected
    assert _numbers(csv_tables.check_table(table, name, recorded=True)) == expected


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t.rename(columns={"dsc_percent": " DSC_percent ", "arm": "Arm"}),
        lambda t: t.rename(columns=str.upper),
        lambda t: t.assign(dsc_percent=[f"{v} %" for v in t["dsc_percent"]]),
        lambda t: t.assign(patient=" " + t["patient"] + " "),
        lambda t: t.assign(repetition=t["repetition"].astype(float)),
        lambda t: t.assign(fold=t["fold"] + 1),
        lambda t: t.assign(fold=t["fold"] + 4 * t["repetition"]),
        lambda t: t.assign(fold=t["fold"] + 4 * t["repetition"] + 1),
        lambda t: t.assign(fold=t["fold"] + 12 * (t["arm"] == "seeds")),
        lambda t: t.assign(fold=t["fold"] + 4 * t["repetition"] + 12 * (t["arm"] == "seeds")),
        lambda t: t.rename_axis("Unnamed: 0").reset_index(),
        lambda t: t.assign(note="x", hd95_mm=np.nan),
        lambda t: t[::-1],
    ],
)
def test_what_is_plainly_meant_is_understood(tmp_path, change):
    expected = {arm: one.dsc for arm, one in runs.by_arm(_table()).items()}
    for found in (
        runs.by_arm(_read(change(_table()), tmp_path)),
        runs.by_arm(csv_tables.check_table(change(_table()), "x")),
    ):
        for arm, dsc in expected.items():
            pd.testing.assert_frame_equal(found[arm].dsc, dsc, check_column_type=False)
            assert list(found[arm].fold) == [0, 1, 2, 3] * 2


def test_an_index_that_pandas_wrote_is_no_column(tmp_path):
    assert _numbers(_read(_table(), tmp_path, index=True)) == _numbers(_table())


def test_names_are_texts(tmp_path):
    odd = {"P0": "01", "P1": "1", "P2": "NA", "P3": "nan", "P4": "None", "P5": "null", "P6": "1e3"}
    found = _read(_table().assign(patient=_table()["patient"].replace(odd)), tmp_path)
    assert set(found["patient"]) == {*odd.values(), "P7"}
    assert runs.by_arm(found)["seeds"].dsc.shape == (3, 8)


@pytest.mark.parametrize("arm", ["NA", 'a/b<b>|"ü,*', "../x", "=1+1", "mean", "7", "x" * 300, "🎲"])
def test_an_arm_may_be_called_anything(tmp_path, arm):
    table = _table().replace({"arm": {"default": arm}})
    assert list(_numbers(_read(table, tmp_path))) == [arm, "seeds"]


def test_repetitions_may_have_names(tmp_path):
    table = _table()
    found = _read(table.assign(repetition="Rep." + table["repetition"].astype(str)), tmp_path)
    assert list(runs.by_arm(found)["seeds"].dsc.index) == ["Rep.0", "Rep.1", "Rep.2"]


@pytest.mark.parametrize(
    ("part", "shape"),
    [
        (lambda t: t["patient"] == "P0", (3, 1)),
        (lambda t: t["repetition"] == 1, (1, 8)),
        (lambda t: t["fold"] == 2, (3, 2)),
        (lambda t: t.index == 0, (1, 1)),
    ],
)
def test_one_patient_one_repetition_and_one_fold_are_a_study(tmp_path, part, shape):
    table = _table()
    found = _read(table[part(table)], tmp_path)
    assert runs.by_arm(found)["default"].dsc.shape == shape
    assert _numbers(found)["default"]["runs"] == shape[0]


def test_measures_may_be_missing_and_digests_are_not_recorded_then(tmp_path):
    table = _table().assign(hd95_mm=1.5, weights_sha256="a")
    table.loc[3, ["hd95_mm", "weights_sha256"]] = [np.nan, None]
    found = _read(table, tmp_path)
    assert found["hd95_mm"].dtype == float and found["hd95_mm"].isna().sum() == 1
    assert runs.by_arm(found)["default"].digests is None
    not_given = _read(_table().assign(weights_sha256="N/A"), tmp_path)
    assert runs.by_arm(not_given)["seeds"].digests is None


@pytest.mark.parametrize(
    ("table", "told"),
    [
        (
            _table().drop(columns="fold"),
            "has no column fold: it needs .*, and its first line holds",
        ),
        (_table().iloc[:0], "has no row: run"),
        (_changed("arm", 4, ""), "line 6: arm is missing: give"),
        (_changed("repetition", 4, "nan"), "line 6: repetition is missing: give"),
        (_changed("repetition", 4, 1.5), "line 6, column repetition: '1.5' is no whole number"),
        (_changed("fold", 4, "two"), "line 6, column fold: 'two' is no whole number"),
        (_changed("patient", 4, " "), "line 6: patient is missing"),
        (_changed("patient", 4, "Mean"), "line 6, column patient: 'Mean' sums up .*: delete"),
        (_changed("repetition", 4, "all"), "line 6, column repetition: 'all' sums up"),
        (_changed("dsc_percent", 4, -1), "line 6, column dsc_percent: .* P4 .* is '-1': give"),
        (_changed("dsc_percent", 4, "100.01"), "line 6, column dsc_percent: .* from 0 to 100"),
        (_changed("dsc_percent", 4, "inf"), "line 6, .* P4 in repetition 0 of default is 'inf'"),
        (_changed("dsc_percent", 4, "NaN"), "line 6, .* is 'NaN': give a number"),
        (_changed("dsc_percent", 4, ""), "line 6, .* is missing: give a number"),
        (_changed("dsc_percent", 4, "95,7"), "line 6, .* is '95,7': write a decimal point"),
        (_changed("dsc_percent", 4, "1,095.7"), "line 6, .* and no thousands separators"),
        (_changed("dsc_percent", 4, 0.925), "line 6, column dsc_percent: .* 0.925, .* fractions"),
        (_table().assign(dsc_percent=_table()["dsc_percent"] / 100), "line 2, .* not as fractions"),
        (pd.concat([_table(), _table()[4:5]]), "line 50: patient P4 .* occurs twice: give one row"),
        (_table().drop(index=4), "patient P4 in repetition 0 of default is missing, though"),
        (
            _table()
            .assign(fold=_table()["fold"] + 4 * _table()["repetition"])
            .drop(index=range(22, 24)),
            "line 10, column fold: repetition 0 of default has no fold 4, .* same numbers",
        ),
        (
            _table().assign(fold=_table()["fold"] + 3 * _table()["repetition"]),
            "column fold: repetition 0 of default has no fold 4, and yet every patient: give",
        ),
        (
            _table().assign(weights_sha256=["b" if n == 4 else "a" for n in range(48)]),
            "line 6, column weights_sha256: patient P4 in repetition 0 of default has another",
        ),
        (
            _table().assign(hd95_mm=["far" if n == 4 else 1 for n in range(48)]),
            "line 6, column hd95_mm: 'far' is no number from 0 to .*: give one, or leave it empty",
        ),
    ],
)
def test_a_wrong_table_is_refused_by_file_line_and_column(tmp_path, table, told):
    with pytest.raises(InputError, match=f"study.csv.*{told}"):
        _read(table, tmp_path)


@pytest.mark.parametrize("row", ["mean,,,,91.2", ",,,Mean,91.2", "default,mean,,,91.2", "Σ,,,,9"])
def test_a_last_row_that_sums_up_the_others_is_refused(tmp_path, row):
    path = tmp_path / "study.csv"
    path.write_text(_table().to_csv(index=False) + row + "\n", encoding="utf-8")
    with pytest.raises(InputError, match="line 50, column .* sums up other rows: delete the row"):
        csv_tables.read_study(path)


def test_two_columns_of_one_name_are_refused(tmp_path):
    table = pd.concat(
        [_table(), _table()[["dsc_percent"]].set_axis(["DSC_Percent"], axis=1)], axis=1
    )
    with pytest.raises(InputError, match="two columns called dsc_percent: delete or rename"):
        _read(table, tmp_path)


def test_a_table_that_is_no_file_has_rows_instead_of_lines():
    with pytest.raises(InputError, match="x, row 5: arm is missing"):
        csv_tables.check_table(_changed("arm", 4, None), "x")
    with pytest.raises(InputError, match="x, row 5, column dsc_percent: .* 0.925, a fraction"):
        csv_tables.check_table(_changed("dsc_percent", 4, 0.925), "x")


def test_a_ledgers_table_keeps_its_names_and_its_units():
    table = _table().replace({"patient": {"P4": "Max"}})
    low = table.assign(dsc_percent=table["dsc_percent"] / 100)
    found = csv_tables.check_table(low, "ledger", recorded=True)
    assert found["dsc_percent"].equals(low["dsc_percent"])
    with pytest.raises(InputError, match="P4 in repetition 0 of default is 'inf'"):
        csv_tables.check_table(_changed("dsc_percent", 4, np.inf), "ledger", recorded=True)


def _published(tmp_path, rows, header=HEADER, encoding="utf-8"):
    path = tmp_path / "table.csv"
    path.write_bytes((header + rows).encode(encoding))
    return path


ONE = "Rep.01,95.8,95.2,96.4\n"


def test_the_published_table_is_read_without_the_earlier_procedure():
    found = csv_tables.read_published(PUBLISHED)
    assert list(found["repetition"]) == [f"Rep.{n:02}" for n in range(1, 11)]
    assert found.iloc[0, 1:].tolist() == [95.8, 95.24, 96.37]
    assert "ICPR2018" in set(csv_tables.read_published(PUBLISHED, leave_out=())["repetition"])


@pytest.mark.parametrize(
    ("rows", "header", "encoding"),
    [
        (ONE, HEADER, "utf-8"),
        (ONE, HEADER.upper(), "utf-16"),
        (" Rep.01 ,95.8 %, 95.2%,96.4 %\n\n", HEADER, "utf-8-sig"),
        ("ICPR2018,x,,\n" + ONE, HEADER, "utf-8"),
        ("x," + ONE, "note," + HEADER, "utf-8"),
    ],
)
def test_a_published_table_is_understood(tmp_path, rows, header, encoding):
    path = _published(tmp_path, rows, header, encoding)
    assert csv_tables.is_published(path)
    found = csv_tables.read_published(path)
    assert found.to_numpy().tolist() == [["Rep.01", 95.8, 95.2, 96.4]]


def test_names_of_published_repetitions_are_texts(tmp_path):
    path = _published(tmp_path, ONE.replace("Rep.01", "NA") + ONE.replace("Rep.01", "01"))
    assert list(csv_tables.read_published(path)["repetition"]) == ["NA", "01"]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (
            ONE + "Rep.02,96.1,oops,96.7\n",
            "line 3, repetition Rep.02: ci95_lower_percent is 'oops'",
        ),
        ("Rep.01,95.8,95.2,\n", "line 2, repetition Rep.01: ci95_upper_percent is missing: give"),
        ("Rep.01,97.8,95.2,96.4\n", "line 2.*median_dsc_percent is not between .*: look"),
        ("Rep.01,95.8,95.2,960\n", "line 2.*ci95_upper_percent is '960': give a number from 0"),
        ("Rep.01,95.8,-5,96\n", "line 2.*ci95_lower_percent is '-5'"),
        ("Rep.01,95.8,95,inf\n", "line 2.*ci95_upper_percent is 'inf'"),
        ('Rep.01,"95,8",95.2,96.4\n', "line 2.*'95,8': write a decimal point"),
        ("Rep.01,.958,.952,.964\n", "line 2.*not as fractions"),
        (
            ONE + "Rep.02,.958,.952,.964\n",
            "line 3.*median_dsc_percent is 0.958, .*not as fractions",
        ),
        (ONE + "Rep.02,95.8,.952,96.4\n", "line 3.*ci95_lower_percent is 0.952, .*fractions"),
        (ONE + ONE, "line 3, repetition Rep.01: repetition occurs twice: give"),
        (ONE + ",95.8,95.2,96.4\n", "line 3: repetition is missing: give"),
        (ONE + "Mean,95.8,95.2,96.4\n", "line 3, column repetition: 'Mean' sums up"),
        (ONE + "Mittelwert,95.8,,\n", "line 3, column repetition: 'Mittelwert' sums up"),
        (ONE.replace(",", ";"), "line 2: it has 1 cells where the first line has 4"),
        ("", "has no repetition: give"),
    ],
)
def test_a_wrong_published_table_is_refused_by_line_and_column(tmp_path, rows, told):
    with pytest.raises(InputError, match=f"table.csv.*{told}"):
        csv_tables.read_published(_published(tmp_path, rows))


def test_a_file_of_semicolons_is_named_before_anybody_asks_what_it_holds(tmp_path):
    path = _published(tmp_path, ONE.replace(",", ";"), HEADER.replace(",", ";"))
    with pytest.raises(InputError, match="parted by semicolons"):
        csv_tables.is_published(path)


def test_a_study_and_a_folder_are_no_published_table(tmp_path):
    _table().to_csv(tmp_path / "study.csv", index=False)
    assert not csv_tables.is_published(tmp_path)
    assert not csv_tables.is_published(tmp_path / "study.csv")
    with pytest.raises(InputError, match="no column median_dsc_percent: it needs"):
        csv_tables.read_published(tmp_path / "study.csv")
