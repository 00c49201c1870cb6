"""The checklist items that a report answers come from what the ledger holds, and from nothing."""

from helpers.display.report.checklists import MICCAI, of_study

FOUND = {"default": {"runs": 2, "folds": 3, "patients": 6}}


def _items(found=None, **more):
    rows = of_study(found or FOUND, {}, [], [], **more)
    return {item: answer for checklist, item, answer in rows if checklist == MICCAI}


def test_runtime_and_memory_are_answered_by_the_records():
    records = [
        {"seconds": s, "peak_memory_mb": {"process": mb}} for s, mb in [(1, 900), (3, 1200), (9, 5)]
    ]
    items = _items(records=records)
    assert items["runtime"] == "3.0 s a training (median)"
    assert items["memory footprint"] == "at most 1,200 MB a process"


def test_without_records_or_a_comparison_these_items_are_left_out():
    assert not _items().keys() & {"runtime", "memory footprint"}
    assert "statistical significance of differences" not in _items()
    answer = _items(compared_arms=["order"])["statistical significance of differences"]
    assert answer.startswith("order: ")


def test_folds_are_named_by_arm_where_they_differ():
    assert "cross-validation, 3 folds" in _items()["train and test splits"]
    found = {"control": FOUND["default"] | {"folds": 1}} | FOUND
    assert "control 1, default 3 folds" in _items(found)["train and test splits"]


def test_a_record_without_seconds_is_no_error():
    assert "runtime" not in _items(records=[{"arm": "default"}])
