"""The section on kept masks: there where they are kept, and its rows are the statistics'."""

import numpy as np
import pytest

from helpers.display import report
from helpers.display.report import votes
from helpers.statistics import votes as statistics
from helpers.study import kept_masks, mask_votes
from helpers.study.ledger import Ledger
from helpers.study.missing_cells import Cell
from tests.study.test_kept_masks import with_masks


@pytest.fixture(scope="module")
def ledger(tmp_path_factory):
    """Three runs of five folds: order draws by chance, control always the same."""
    ledger = Ledger(tmp_path_factory.mktemp("masks") / "study")
    ledger.open({"protocol": {"name": "smoke", "repetitions": 3, "folds": 5}})
    for arm in ("control", "order"):
        for repetition, fold in np.ndindex(3, 5):
            cell = Cell(arm, repetition, fold)
            same = Cell(arm, repetition if arm == "order" else 0, fold)
            made, content, _ = with_masks(same)
            dsc = {f"P{fold}A": 80.0 + fold, f"P{fold}B": 85.0}
            own = vars(cell) | {"dsc_percent": dsc, "weights_sha256": str(same)}
            made = {k: v for k, v in made.items() if k != "fingerprint_sha256"}
            ledger.write(made | own, content)
    return ledger


def test_a_study_without_masks_has_no_section(tmp_path):
    ledger = Ledger(tmp_path)
    made = with_masks(Cell("order", 0, 0))[0]
    ledger.write({k: v for k, v in made.items() if k not in kept_masks.KINDS})
    assert votes.sections(ledger) == []


def test_the_rows_are_what_the_statistics_say(ledger):
    found = statistics.votes(mask_votes.table(ledger))
    rows = votes.rows(found).set_index("arm")
    assert rows["gain (points)"]["control"] == "identical: 0"
    low, high = found["order"].ci
    assert (
        rows["gain (points)"]["order"] == f"{found['order'].gain:+.2f} ({low:+.2f} to {high:+.2f})"
    )
    assert list(rows["runs"]) == [3, 3] and list(rows["patients"]) == [10, 10]
    disputed = found["order"].patients["disputed_percent"].median()
    assert rows["disputed, median patient (%)"]["order"] == f"{disputed:.1f}"


def test_the_report_has_the_line_the_table_and_the_map(ledger, tmp_path):
    page = report.write(ledger.folder, tmp_path / "report")
    text = (page.parent / "summary.md").read_text()
    assert f"## {votes.TITLE}" in text and (page.parent / "disagreement_1.png").is_file()
    order = statistics.votes(mask_votes.table(ledger))["order"]
    assert f"order: {order}".replace("+", "\\+") in text or f"order: {order}" in text
    assert "all 3 runs drew the same masks" in text and "costs R trainings" in text
    worst = mask_votes.most_disputed(ledger, "order")
    assert f"Map of {worst} over all runs" in text
