"""The report: one page that needs nothing else, a text for a paper, numbers for a program."""

import json
import re
from html import unescape

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.display import report
from helpers.errors import InputError
from helpers.statistics import csv_tables
from helpers.statistics.simulation import Truth, simulate
from helpers.study.ledger import Ledger

PUBLISHED = "helpers/reference/published_table.csv"


def _table(arms=("control", "default", "seeds"), runs=4, patients=12, folds=4):
    """Simulated."""
    truth = Truth(patients=patients, folds=folds, runs=runs, mean=80, run_sd=0.3)
    rows = []
    for number, arm in enumerate(arms):
        dsc = simulate(truth, number)[0]
        for run, patient in np.ndindex(dsc.shape):
            made = 0 if arm == "control" else run
            fold = truth.fold()[patient]
            digest = f"{arm}-{made}-{fold}"
            rows.append((arm, run, fold, f"P{patient:02d}", dsc[made, patient], digest))
    columns = ["arm", "repetition", "fold", "patient", "dsc_percent", "weights_sha256"]
    return pd.DataFrame(rows, columns=columns)


def _written(table, folder, **options):
    source = folder / "study.csv"
    table.to_csv(source, index=False)
    return report.write(source, folder / "report", **options).parent


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return _written(_table(), tmp_path_factory.mktemp("report"))


def test_the_report_has_its_page_its_text_its_numbers_and_its_figures(folder):
    names = {path.name for path in folder.iterdir()}
    assert names >= {"index.html", "summary.json", "summary.md", "table.csv", "runs.png"}
    for figure in ("boxplots", "intervals", "components", "ranks", "repeatability"):
        assert f"default_{figure}.png" in names
    assert "control_ranks.png" not in names and "equivalence.png" in names


def test_the_page_needs_nothing_else_and_every_picture_says_what_it_shows(folder):
    page = (folder / "index.html").read_text()
    images = re.findall(r'<img alt="([^"]*)" src="([^"]{30})', page)
    assert len(images) == len(list(folder.glob("*.png"))) == page.count("<img")
    for alt, source in images:
        assert source.startswith("data:image/png;base64,")
        assert re.search(r"\d", unescape(alt)) and len(alt) > 30
    assert not re.search(r"<(link|script|iframe)|https?://|url\(", page)


def test_the_page_gives_each_arm_its_own_figures_in_its_own_place(folder):
    page = (folder / "index.html").read_text()
    places = [page.index(f"<h3>{arm}</h3>") for arm in ("control", "default", "seeds")]
    parts = [page[a:b] for a, b in zip(places, [*places[1:], len(page)], strict=True)]
    for arm, part in zip(("control", "default", "seeds"), parts, strict=True):
        assert part.count("<figure>") == len(list(folder.glob(f"{arm}_*.png"))) >= 2


def test_the_text_for_a_paper_says_what_was_done_and_what_was_found(folder):
    text = (folder / "summary.md").read_text()
    found = json.loads((folder / "summary.json").read_text())
    for arm, numbers in found.items():
        assert f"- **{arm}** · {numbers['sentence']}" in text
        assert f"{arm}: n = 12 patients, K = 4 folds, R = 4 runs" in text
    assert "margin of 0.5 points, and identical" in text
    assert "| CLAIM 2020 | 29 uncertainty |" in text and "| MICCAI | exact number of runs |" in text
    assert "; 48 trainings in all" in text


def test_the_tables_of_the_text_are_whole(folder):
    rows = re.findall(r"^\|.*\|$", (folder / "summary.md").read_text(), re.M)
    assert {row.count("|") for row in rows} == {11, 8, 9, 4}
    assert sum("fold × run" in row for row in rows) == 1


def test_the_pictures_of_the_text_lie_beside_it_and_are_those_of_the_page(folder):
    linked = re.findall(r"^!\[(.+)\]\((.+)\)$", (folder / "summary.md").read_text(), re.M)
    assert {name for _, name in linked} == {path.name for path in folder.glob("*.png")}
    shown = re.findall(r'<img alt="([^"]*)"', (folder / "index.html").read_text())
    assert [alt for alt, _ in linked] == [unescape(alt) for alt in shown]


def test_the_same_data_give_the_same_files(folder, tmp_path):
    again = _written(_table(), tmp_path)
    for path in folder.iterdir():
        assert path.read_bytes() == (again / path.name).read_bytes(), path.name


def test_what_is_unfinished_is_named_on_the_page_and_in_the_text(tmp_path):
    table = _table(["seeds"])
    undone = (table["arm"] == "seeds") & (table["repetition"] == 3) & (table["fold"] == 2)
    made = _written(table[~undone], tmp_path)
    for name in ("index.html", "summary.md"):
        said = (made / name).read_text()
        assert "seeds: 1 of 4 repetitions left out as unfinished (3)." in said
    assert json.loads((made / "summary.json").read_text())["seeds"]["unfinished"] == 1


def test_a_gap_in_a_finished_repetition_writes_nothing(tmp_path):
    table = _table()
    table.loc[(table["repetition"] == 1) & (table["patient"] == "P03"), "dsc_percent"] = np.nan
    with pytest.raises(InputError, match="P03 in repetition 1"):
        _written(table, tmp_path)
    assert not (tmp_path / "report").exists()


def test_arms_that_are_identical_are_said_not_to_be_tested(tmp_path, monkeypatch):
    def _refuse(*_, **__):
        raise AssertionError("a test was called")

    for test in ("wilcoxon", "ttest_1samp", "ttest_ind", "permutation_test", "bootstrap", "levene"):
        monkeypatch.setattr(stats, test, _refuse)
    made = _written(_table(["control"]), tmp_path)
    assert (
        "control: its runs are identical, so it is not tested." in (made / "summary.md").read_text()
    )


def test_a_study_of_four_patients_and_two_runs_is_reported(tmp_path):
    made = _written(_table(runs=2, patients=4, folds=2), tmp_path)
    assert (
        "too few patients" in (made / "index.html").read_text()
        or "too few for" in (made / "index.html").read_text()
    )


def test_arms_of_other_patients_are_not_compared(tmp_path):
    table = _table(["default", "seeds"])
    table.loc[table["arm"] == "seeds", "patient"] += "x"
    made = _written(table, tmp_path)
    assert not (made / "equivalence.png").exists()
    text = (made / "summary.md").read_text()
    assert "seeds: it has other patients or folds than default" in text
    assert "times the SD" not in text


def test_a_published_table_is_reported_too(tmp_path):
    page = report.write(PUBLISHED, tmp_path).read_text()
    text = (tmp_path / "summary.md").read_text()
    assert "All intervals share 95.69 to 96.36 %" in page
    assert "R = 10 runs, digests of the weights not recorded" in text
    assert "n not given, K not given" in text and "Variance components" not in text
    assert page.count("<img") == 4
    for row in csv_tables.read_published(PUBLISHED).itertuples():
        cells = (row.repetition, f"{row.median:.2f}", f"{row.lower:.2f} to {row.upper:.2f}")
        assert "".join(f"<td>{cell}" for cell in cells) in page


def test_a_ledger_names_its_software_and_the_folds_that_it_lacks(tmp_path):
    ledger = Ledger(tmp_path / "study")
    numbers = {"name": "demo", "repetitions": 4, "folds": 5}
    ledger.open({"protocol": numbers, "python": "3.12", "packages": {"keras": "3.15"}})
    for (arm, run, fold), rows in _table(["seeds"]).groupby(["arm", "repetition", "fold"]):
        dsc = dict(zip(rows["patient"], rows["dsc_percent"], strict=True))
        record = {"arm": arm, "repetition": int(run), "fold": int(fold), "dsc_percent": dsc}
        ledger.write(record | {"weights_sha256": rows["weights_sha256"].iloc[0]})
    report.write(tmp_path / "study", tmp_path / "report")
    text = (tmp_path / "report" / "summary.md").read_text()
    assert "Python 3.12, keras 3.15." in text and "Protocol demo." in text
    assert "seeds has 4 of the protocol's 5 folds." in text
    assert "| CLAIM 2020 | 23 software |" in text


def test_names_of_arms_are_text_on_the_page_and_stay_inside_the_folder(tmp_path):
    table = _table(["default", "seeds"])
    table["arm"] = table["arm"].map({"default": "../<b>x", "seeds": "../<b/x"})
    made = _written(table, tmp_path)
    assert "<b>x" not in (made / "index.html").read_text().replace("<b>../", "")
    assert len(list(made.glob("*.png"))) == (made / "index.html").read_text().count("<img") > 9
    assert {path.name for path in tmp_path.iterdir()} == {"study.csv", "report"}


def test_arms_may_be_numbers(tmp_path):
    table = _table(["default"]).assign(arm=7)
    made = _written(table, tmp_path)
    assert list(json.loads((made / "summary.json").read_text())) == ["7"]
