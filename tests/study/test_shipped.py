"""Finished studies: what is kept is what was done, and the shipped ones are whole."""

import gzip
import json
from pathlib import Path

import pandas as pd
import pytest

from helpers.errors import InputError
from helpers.study import shipped, shipping
from helpers.study.ledger import Ledger


def _record(repetition, fold, steps, epochs, arm="default"):
    return {
        "arm": arm,
        "repetition": repetition,
        "fold": fold,
        "dsc_percent": {f"P{fold}A": 90 + repetition / 7, f"P{fold}B": 88.25},
        "hd95_mm": {f"P{fold}A": 4.5, f"P{fold}B": 22.0},
        "weights_sha256": epochs[-1],
        "steps_sha256": steps,
        "epochs_sha256": epochs,
        "seconds": 2.0 + repetition,
    }


@pytest.fixture
def folder(tmp_path):
    """A study of three runs in one fold: the second parts in step 2, the third in epoch 2."""
    ledger = Ledger(tmp_path / "study")
    ledger.open({"protocol": {"name": "made up", "folds": 1}, "packages": {}})
    ledger.write(_record(0, 0, ["a", "b"], ["c", "d"]))
    ledger.write(_record(1, 0, ["a", "x"], ["y", "z"]))
    ledger.write(_record(2, 0, ["a", "b"], ["c", "e"]))
    return ledger.folder


def test_a_kept_study_reads_back_as_its_ledgers_table(folder, tmp_path):
    shipping.keep(folder, "kept", tmp_path)
    table = shipped.table("kept", tmp_path)
    pd.testing.assert_frame_equal(table.drop(columns="parts_at"), Ledger(folder).table())
    about = shipped.about("kept", tmp_path)
    assert about["arms"] == {"default": {"cells": 3, "median_seconds": 3.0}}
    assert about["fingerprint"]["protocol"]["name"] == "made up"


def test_one_missing_distance_leaves_the_column_one_of_numbers(folder, tmp_path):
    lacking = _record(3, 0, ["a", "b"], ["c", "d"])
    del lacking["hd95_mm"]["P0A"]
    Ledger(folder).write(lacking)
    shipping.keep(folder, "kept", tmp_path)
    table = shipped.table("kept", tmp_path)
    assert table["hd95_mm"].dtype == "float64" and table["hd95_mm"].isna().sum() == 1
    pd.testing.assert_frame_equal(table.drop(columns="parts_at"), Ledger(folder).table())


def test_cells_part_from_a_repetition_0_that_is_not_whole_and_never_from_none(tmp_path):
    ledger = Ledger(tmp_path / "study")
    ledger.open({"protocol": {"name": "made up", "folds": 2}, "packages": {}})
    for repetition, fold in ((0, 0), (1, 0), (1, 1), (2, 0), (2, 1)):
        step = f"{repetition}{fold}"
        ledger.write(_record(repetition, fold, [step], [step]))
    with pytest.raises(InputError, match="default has no repetition 0 of fold 1"):
        shipping.keep(ledger.folder, "kept", tmp_path)
    ledger.write(_record(0, 1, ["01"], ["01"]))
    shipping.keep(ledger.folder, "kept", tmp_path)
    assert set(shipped.table("kept", tmp_path).query("repetition > 0")["parts_at"]) == {"step 1"}


def test_each_cell_says_where_it_leaves_the_first_repetition(folder, tmp_path):
    shipping.keep(folder, "kept", tmp_path)
    table = shipped.table("kept", tmp_path)
    assert list(table.drop_duplicates("repetition")["parts_at"]) == ["", "step 2", "epoch 2"]
    counts = shipped.partings(table)
    assert counts.loc["default"].to_dict() == {"step 2": 1, "epoch 2": 1}


def test_a_repetition_that_lacks_a_fold_is_left_out_and_counted(tmp_path):
    ledger = Ledger(tmp_path / "study")
    ledger.open({"protocol": {"name": "made up", "folds": 2}, "packages": {}})
    for repetition, fold in ((0, 0), (0, 1), (1, 0)):
        ledger.write(_record(repetition, fold, ["a"], ["b"]))
    shipping.keep(ledger.folder, "kept", tmp_path)
    assert set(shipped.table("kept", tmp_path)["repetition"]) == {0}
    about = shipped.about("kept", tmp_path)
    assert about["cells_left_out"] == 1
    assert about["left_out"] == {"default": {"cells": 1, "compared": 1, "alike": 1}}


def test_a_study_is_kept_with_the_same_bytes_each_time(folder, tmp_path):
    paths = [tmp_path / "one", tmp_path / "two"]
    for path in paths:
        path.mkdir()
        shipping.keep(folder, "kept", path)
    assert len({(path / "kept.csv.gz").read_bytes() for path in paths}) == 1


def test_a_table_that_was_changed_by_hand_is_refused(folder, tmp_path):
    shipping.keep(folder, "kept", tmp_path)
    path = tmp_path / "kept.csv.gz"
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()).replace(b"88.25", b"98.25")))
    with pytest.raises(InputError, match="kept.csv.gz is not the table that was kept"):
        shipped.table("kept", tmp_path)


def test_a_study_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InputError, match="No missing.csv.gz ships"):
        shipped.table("missing", tmp_path)
    empty = Ledger(tmp_path / "empty")
    empty.open({"protocol": {"folds": 1}})
    with pytest.raises(InputError, match="holds no whole repetition"):
        shipping.keep(empty.folder, "none", tmp_path)


def test_studies_that_are_kept_together_are_told_apart_and_each_says_what_made_it(folder, tmp_path):
    other = Ledger(tmp_path / "other")
    other.open({"protocol": {"name": "another", "folds": 1}, "packages": {}})
    other.write(_record(0, 0, ["a"], ["z"]))
    table = shipping.keep_together({1: folder, 2: other.folder}, "seed", "both", tmp_path)
    pd.testing.assert_frame_equal(table, shipped.table("both", tmp_path))
    assert table.drop_duplicates(["seed", "repetition"])["seed"].tolist() == [1, 1, 1, 2]
    studies = shipped.about("both", tmp_path)["studies"]
    names = [one["fingerprint"]["protocol"]["name"] for one in studies.values()]
    assert names == ["made up", "another"]


def test_seeds_and_rounding_are_ten_whole_studies_that_differ_in_their_seed_alone():
    table = shipped.table("seeds_and_rounding")
    runs = table.groupby(["seed", "repetition"])
    assert runs.ngroups == 50 and (runs["patient"].nunique() == 42).all()
    studies = shipped.about("seeds_and_rounding")["studies"]
    prints = [json.loads(json.dumps(one["fingerprint"])) for one in studies.values()]
    assert [one["protocol"].pop("seed") for one in prints] == list(range(1, 11))
    assert {one["protocol"].pop("name") for one in prints}
    assert all(one == prints[0] for one in prints)


ONCE = {  # no run of `control` beside another: the first two have `default` alone
    "hippocampus_wide_kept",
    "hippocampus_wide_kept_first",
    "hippocampus_h100",  # its one is held against the other GPU's, below
}


def _shipped():
    return sorted(p.name[:-5] for p in shipped.SHIPPED.iterdir() if _is_study(p))


def _is_study(path):
    return path.name.endswith(".json") and {"table_sha256", "arms"} <= set(
        json.loads(path.read_text())
    )


@pytest.mark.parametrize("name", _shipped())
def test_a_shipped_study_is_whole_and_tells_what_made_it(name):
    table, about = shipped.table(name), shipped.about(name)
    cells = table.drop_duplicates(["arm", "repetition", "fold"])
    assert cells["arm"].value_counts().to_dict() == {
        arm: told["cells"] for arm, told in about["arms"].items()
    }
    patients = about["fingerprint"]["protocol"]["patients"]
    assert (table.groupby(["arm", "repetition"])["patient"].nunique() == patients).all()
    assert about["fingerprint"]["data_sha256"] and about["fingerprint"]["code_sha256"]
    assert "trainings" in shipped.provenance(name)


@pytest.mark.parametrize("name", [name for name in _shipped() if name not in ONCE])
def test_the_control_runs_of_a_shipped_study_are_bit_identical(name):
    """With them the first run of the arms that begin with control's seeds and switches."""
    table = shipped.table(name)
    control = table[table["arm"] == "control"]
    first = table[table["arm"].isin(["one_bit", "seeds"]) & (table["repetition"] == 0)]
    alike = pd.concat([control, first])
    assert alike[["arm", "repetition"]].drop_duplicates().shape[0] > 1
    assert (alike.groupby("fold")["weights_sha256"].nunique() == 1).all()
    assert set(control["parts_at"]) <= {""}
    more = shipped.about(name).get("left_out", {}).get("control", {"compared": 0, "alike": 0})
    assert more["compared"] == more["alike"]


def test_what_was_seen_after_each_epoch_is_kept_with_its_epochs(tmp_path):
    ledger = Ledger(tmp_path / "study")
    ledger.open({"protocol": {"name": "long", "folds": 1, "judge_every": 2}, "packages": {}})
    seen = {"epochs_dsc_percent": {"A": [50.0, 75.123456], "B": [60.0, 80.0]}}
    losses = {"epochs_loss": [0.9, 0.5, 0.4, 0.3, 0.2]}
    ledger.write(_record(0, 0, ["a"], ["b"]) | seen | losses)
    shipping.keep(ledger.folder, "kept", tmp_path)
    found = shipped.epochs("kept", tmp_path)
    assert list(found["epoch"]) == [2, 4, 2, 4]
    assert list(found["dsc_percent"]) == [50.0, 75.1235, 60.0, 80.0]
    assert list(found["loss"]) == [0.5, 0.3, 0.5, 0.3]
    (tmp_path / "kept_epochs.csv.gz").write_bytes(b"")
    with pytest.raises(InputError, match="not the table that was kept"):
        shipped.epochs("kept", tmp_path)


def test_a_study_that_was_not_looked_at_by_epoch_says_so(folder, tmp_path):
    shipping.keep(folder, "kept", tmp_path)
    with pytest.raises(InputError, match="not looked at by epoch"):
        shipped.epochs("kept", tmp_path)


def test_on_a_gpu_every_same_seed_training_of_real_persons_parts_in_its_first_step():
    table = shipped.table("hippocampus_gpu")
    free = table[table["arm"] == "default"].drop_duplicates(["repetition", "fold"])
    assert len(free) == 200 and free["weights_sha256"].nunique() == 200
    assert set(free[free["repetition"] > 0]["parts_at"]) == {"step 1"}
    prints = shipped.about("hippocampus_gpu")["fingerprint"]
    assert prints["data_sha256"] == shipped.about("hippocampus")["fingerprint"]["data_sha256"]
    assert "on NVIDIA H200, 580.159.04" in shipped.provenance("hippocampus_gpu")


@pytest.mark.parametrize(("name", "fewest", "last"), [("", 200, 7), ("_first", 50, 5)])
def test_on_two_cores_the_wide_network_soon_leaves_itself_on_real_persons(name, fewest, last):
    cell = ["arm", "repetition", "fold"]
    table = shipped.table(f"hippocampus_wide{name}").drop_duplicates(cell)
    free = table[table["arm"] == "default"]
    assert len(free) == free["weights_sha256"].nunique() >= fewest
    again = free[free["repetition"] > 0]
    soon = again["parts_at"].isin([f"step {n}" for n in range(1, last + 1)])
    assert soon.mean() >= 0.97 and set(again.loc[~soon, "parts_at"]) <= {"epoch 2"}


def test_every_switch_on_gives_another_cpu_other_bits_of_the_same_trainings():
    cell, names = ["arm", "repetition", "fold"], ("hippocampus_wide", "hippocampus_wide_first")
    new, old = (shipped.table(name).drop_duplicates(cell).set_index(cell) for name in names)
    both = new.join(old, how="inner", rsuffix="_old").query("arm in ['control', 'seeds']")
    assert len(both) >= 40 and (both["weights_sha256"] != both["weights_sha256_old"]).all()
    prints = [shipped.about(name)["fingerprint"] for name in names]
    assert [k for k in prints[0] if prints[0][k] != prints[1][k]] == ["cpu"]
    assert prints[0]["cpu"]["model"] == prints[1]["cpu"]["model"]


def test_the_same_network_repeats_itself_where_a_partial_last_mini_batch_is_kept():
    names = "hippocampus_wide", "hippocampus_wide_kept"
    dropped, kept = (shipped.about(name)["fingerprint"]["protocol"] for name in names)
    assert {k for k in dropped if dropped[k] != kept[k]} == {"last_batch", "name", "own"}
    for name, fewest in (("hippocampus_wide_kept", 50), ("hippocampus_wide_kept_first", 20)):
        cells = shipped.table(name).drop_duplicates(["repetition", "fold"])
        assert len(cells) >= fewest and set(cells["parts_at"]) == {""}
        assert cells.groupby("fold")["weights_sha256"].nunique().tolist() == [1] * 10


def test_hours_apart_a_gpu_gives_the_same_bits_where_every_switch_is_on_and_never_by_itself():
    cell = ["arm", "repetition", "fold"]
    now, before = (
        shipped.table(name).drop_duplicates(cell).set_index(cell)["weights_sha256"]
        for name in ("hippocampus_gpu", "hippocampus_gpu_first")
    )
    both = now.to_frame("now").join(before.rename("before"), how="inner").reset_index()
    same = (both["now"] == both["before"]).groupby(both["arm"]).agg(["sum", "size"])
    assert same.T.to_dict("list") == {"control": [10, 10], "default": [0, 100], "seeds": [50, 50]}
    free = pd.concat([now["default"], before["default"]])
    assert len(free) == free.nunique() == 300


def test_a_gpus_later_sitting_did_again_what_an_earlier_one_had_done():
    again = pd.DataFrame(shipped.about("hippocampus_gpu")["done_twice"])
    same = again.groupby(0)[3].agg(["sum", "size"]).T.to_dict("list")
    assert same == {"control": [10, 10], "order": [0, 10], "seeds": [10, 10]}  # order draws anew
    cells = shipped.table("hippocampus_gpu").drop_duplicates(["arm", "repetition", "fold"])
    control = cells[cells["arm"] == "control"]
    assert len(control) == 30 and control["weights_sha256"].nunique() == 10


def test_two_kinds_of_gpu_give_the_same_bits_where_every_switch_is_on_and_never_by_itself():
    cell, names = ["arm", "repetition", "fold"], ("hippocampus_gpu", "hippocampus_h100")
    one, other = (shipped.table(n).drop_duplicates(cell).set_index(cell) for n in names)
    found = shipped.same_bits(one.reset_index(), other.reset_index()).T.to_dict()
    both = {arm: (told["the same bits"], told["other bits"]) for arm, told in found.items()}
    assert both == {"control": (10, 0), "default": (0, 80), "order": (0, 10)}
    prints = [shipped.about(name)["fingerprint"] for name in names]
    assert [k for k in prints[0] if prints[0][k] != prints[1][k]] == ["gpu"]
    assert prints[0]["gpu"]["libraries"] == prints[1]["gpu"]["libraries"]


def test_records_of_another_kind_of_gpu_hold_a_second_seed_with_the_same_bits():
    path = Path(__file__).parents[2] / "benchmarks" / "records" / "hippocampus_h100"
    records = [json.loads(line) for line in (path / "records.jsonl").read_text().splitlines()]
    there = {r["fold"]: r["weights_sha256"] for r in records if r["arm"] == "seeds"}
    cells = shipped.table("hippocampus_gpu").query("arm == 'seeds' and repetition == 1")
    assert there == dict(zip(cells["fold"], cells["weights_sha256"], strict=True))
    assert len(there) == 10
    table = shipped.table("hippocampus_h100").drop_duplicates(["arm", "repetition", "fold"])
    rest = sorted(r["weights_sha256"] for r in records if r["arm"] != "seeds")
    assert rest == sorted(table["weights_sha256"])


def test_one_compiled_program_of_the_real_persons_network_does_not_repeat_itself_on_a_gpu():
    probes = shipped.measured("probes_hippocampus_gpu").query("where != 'not there'")
    assert len(probes) == 4 and set(probes["distinct"]) == {20}
    prints = shipped.about("probes_hippocampus_gpu")
    study = shipped.about("hippocampus_gpu")["fingerprint"]
    assert all(prints[k] == study[k] for k in ("protocol", "gpu", "packages", "code_sha256"))


def test_the_steps_of_a_training_count_a_partial_last_batch_where_it_was_kept():
    assert "(about 90 steps)" in shipped.provenance("lesions")
    assert "(about 756 steps)" in shipped.provenance("hippocampus")
    assert "(about 151 steps)" in shipped.provenance("study")
    assert "(about 240 steps)" in shipped.provenance("hippocampus_wide")
    assert "(about 260 steps)" in shipped.provenance("hippocampus_wide_kept")


def test_what_a_gpu_answered_beside_it_is_what_docs_say():
    steps = shipped.measured("same_seeds_gpu")
    first = steps[steps["step"] == 1].groupby("arm")["sha256"].nunique()
    assert first.to_dict() == {"default": 5}
    paper = shipped.measured("paper_step_gpu").set_index("framework")
    assert paper["fits"].all() and (paper["gpu_peak_mb"] * 1e6 < paper["cap_mib"] * 2**20).all()
    page = (Path(__file__).parents[2] / "docs" / "gpu.md").read_text(encoding="utf-8")
    assert all(f"{mb * 1e6 / 2**20:,.0f} MiB" in page for mb in paper["gpu_peak_mb"])


def test_the_real_persons_study_is_whole_and_its_last_epoch_is_its_result():
    table, epochs = shipped.table("hippocampus"), shipped.epochs("hippocampus")
    assert set(table["arm"]) >= {"control", "order", "seeds"}
    assert (table.groupby(["arm", "repetition"])["patient"].nunique() == 42).all()
    control = table[table["arm"] == "control"]
    assert (control.groupby("fold")["weights_sha256"].nunique() == 1).all()
    keys = ["arm", "repetition", "fold", "patient"]
    last = epochs[epochs["epoch"] == epochs["epoch"].max()].set_index(keys)["dsc_percent"]
    assert (last - table.set_index(keys)["dsc_percent"]).abs().max() < 1e-4
    assert "real persons" in shipped.provenance("hippocampus")


def test_the_long_study_after_four_epochs_is_the_short_one():
    keys = ["repetition", "fold", "patient"]
    epochs, short = shipped.epochs("parting_long"), shipped.table("parting")
    fourth = epochs[(epochs["arm"] == "seeds") & (epochs["epoch"] == 4)].set_index(keys)
    there = short[short["arm"] == "seeds"].set_index(keys)["dsc_percent"].loc[fourth.index]
    assert len(fourth) >= 40 * 3 and (there - fourth["dsc_percent"]).abs().max() < 1e-4
