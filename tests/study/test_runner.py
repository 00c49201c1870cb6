"""A run does what is missing, and only that; SMOKE from end to end."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pandas as pd
import pytest

from helpers.errors import InputError
from helpers.protocol import SMOKE
from helpers.study import fingerprint, runner
from helpers.study.ledger import Ledger
from tests.study.conftest import run


def _times(folder):
    return {p: p.stat().st_mtime_ns for p in folder.rglob("*.json")}


def test_every_cell_has_a_record_and_every_patient_is_held_out_once(study):
    table = Ledger(study).table()
    cells = table.drop_duplicates(["arm", "repetition", "fold"])
    assert len(cells) == 3 * SMOKE.repetitions * SMOKE.folds
    times_held_out = table.groupby(["arm", "repetition", "patient"]).size()
    assert (times_held_out == 1).all()
    assert table["patient"].nunique() == SMOKE.patients


def test_control_repeats_every_fold_and_seeds_none(study):
    ledger = Ledger(study)
    digest = fingerprint.digest(ledger.study)
    assert {r["fingerprint_sha256"] for r in ledger.records()} == {digest}
    table = ledger.table()
    digests = table.groupby(["arm", "fold"])["weights_sha256"].nunique()
    assert (digests["control"] == 1).all()
    assert (digests["seeds"] == SMOKE.repetitions).all()


def test_a_run_with_nothing_left_changes_nothing_and_never_imports_tensorflow(study):
    before = _times(study)
    code = (
        "import sys; from helpers.__main__ import main;"
        f"assert main(['run', '--protocol', 'smoke', '--arm', 'control', '--out', {str(study)!r}])"
        " == 0; assert 'tensorflow' not in sys.modules and 'keras' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    assert _times(study) == before


def test_another_environment_is_refused_and_named(study, tmp_path):
    content = json.loads((study / "study.json").read_text())
    content["packages"]["keras"] = "0.0"
    (tmp_path / "study.json").write_text(json.dumps(content))
    shutil.copytree(study / "control", tmp_path / "control")
    stopped = run(tmp_path, "--arm", "control")
    _, errors = stopped.communicate(timeout=60)
    assert stopped.returncode == 2
    assert "packages" in errors and "another fingerprint" in errors and "Traceback" not in errors


def test_only_the_missing_cell_is_run_again_and_comes_out_the_same(study):
    before, table = _times(study), Ledger(study).table()
    lost = study / "control" / "001" / "01.json"
    lost.unlink()
    again = run(study, "--arm", "control")
    _, errors = again.communicate(timeout=200)
    assert again.returncode == 0, errors
    after = _times(study)
    assert {p for p in after if after[p] != before[p]} == {lost}
    pd.testing.assert_frame_equal(Ledger(study).table(), table)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_keeps_what_is_done_and_leaves_no_claim(tmp_path, study, number):
    words = "--arm", "control", "--workers", "1", "--repetitions", "200"  # more than time allows
    started = run(tmp_path / "stopped", *words)
    first = tmp_path / "stopped" / "control" / "000" / "00.json"
    deadline = time.monotonic() + 120
    while not first.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    os.kill(started.pid, number)
    _, errors = started.communicate(timeout=30)
    assert started.returncode == 128 + number and "goes on" in errors
    assert [p.name for p in (tmp_path / "stopped" / "claims").iterdir()] == ["all"]
    done = Ledger(tmp_path / "stopped").records()
    assert 1 <= len(done) < 200 * SMOKE.folds
    assert done[0]["weights_sha256"] == Ledger(study).read("control", 0, 0)["weights_sha256"]


def test_the_arm_both_has_other_seeds_and_free_threads(tmp_path, study):
    done = run(tmp_path, "--arm", "both", "--folds", "1")
    _, errors = done.communicate(timeout=200)
    assert done.returncode == 0, errors
    one, two = Ledger(tmp_path).records()
    assert one["weights_sha256"] != two["weights_sha256"]
    assert set(one["threads"].values()) == {None}
    first = Ledger(study).read("default", 0, 0)
    assert one["epochs_sha256"][0] != two["epochs_sha256"][0] and first["threads"] == one["threads"]


def test_cells_come_repetition_by_repetition():
    cells = runner.cells(SMOKE, ["control"])
    assert [(c.repetition, c.fold) for c in cells] == [(0, 0), (0, 1), (1, 0), (1, 1)]


@pytest.mark.parametrize("wrong", [{"folds": 9}, {"folds": 0}, {"repetitions": 0}])
def test_numbers_that_no_study_has_are_refused(wrong):
    with pytest.raises(InputError):
        runner.cells(SMOKE, ["control"], **wrong)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"protocol": replace(SMOKE, epochs=9)}, "protocol's epochs: "),
        ({"model": "tests.example_network:build"}, "model: "),
        (
            {"scheduler": "tls://nowhere:1", "protocol": replace(SMOKE, epochs=9)},
            "protocol's epochs: ",
        ),
        ({"certificate": "mine.pem"}, "name that, too, with --scheduler"),
    ],
)
def test_a_finished_study_is_no_other_one(changed, said, study):
    asked = {"protocol": SMOKE, "arms": ["control"], "folder": study} | changed
    with pytest.raises(InputError, match=said):
        runner.run(**asked)


def test_a_finished_study_under_other_data_is_refused(study, balls):
    with pytest.raises(InputError, match="data_sha256: "):
        runner.run(replace(SMOKE, phases=(0,), patients=3), ["control"], study, data=balls())


def test_a_finished_study_is_copied_to_a_second_folder_too(study, tmp_path):
    runner.run(SMOKE, ["control"], study, mirror=tmp_path / "drive")
    assert Ledger(tmp_path / "drive").records() == Ledger(study).records()
