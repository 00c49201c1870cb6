"""What others put into a study's folder is kept, named, and never hangs or misleads a study."""

import json
import os
import subprocess
import sys
import threading
import time
import tracemalloc

import pytest

from helpers import columns
from helpers.errors import InputError
from helpers.study import export, mirror, plan, status
from helpers.study.cell_claims import Claims, in_work
from helpers.study.ledger import Ledger, sealed
from helpers.study.missing_cells import Cell
from helpers.study.queue import failures
from tests.study.test_export import CELLS, PRINTS, record

STUDY = {"protocol": {"name": "smoke", "repetitions": 2, "folds": 2}}


def _within(seconds, function):
    """What a function returns, if it does in time."""
    found = []
    thread = threading.Thread(target=lambda: found.append(function()), daemon=True)
    thread.start()
    thread.join(seconds)
    assert found, "it hangs"
    return found[0]


@pytest.fixture
def ledger(tmp_path):
    ledger = Ledger(tmp_path / "study")
    ledger.open(PRINTS)
    ledger.write(record(CELLS[0]))
    return ledger


@pytest.mark.parametrize("place", ["control/000/01.json", "plan.json", "failures/a.json"])
@pytest.mark.parametrize("kind", ["pipe", "endless"])
def test_a_pipe_or_an_endless_file_in_a_study_hangs_nothing(ledger, place, kind):
    path = ledger.folder / place
    path.parent.mkdir(exist_ok=True)
    os.mkfifo(path) if kind == "pipe" else path.symlink_to("/dev/zero")
    assert len(_within(10, ledger.records)) == 1
    assert _within(10, lambda: plan.read(ledger.folder)) == {}
    assert _within(10, lambda: failures(ledger.folder)) == []
    assert _within(10, lambda: status.lines(ledger.folder))


def test_a_pipe_as_a_claim_hangs_nothing(tmp_path):
    (tmp_path / "claims").mkdir()
    os.mkfifo(tmp_path / "claims" / "control-000-00.claim")
    assert _within(10, lambda: in_work(tmp_path)) == 0

    def take():
        with Claims(tmp_path) as claims:
            return claims.take(Cell("control", 0, 0))

    assert _within(10, take)


def test_claims_of_dead_runners_go_and_what_others_keep_in_that_folder_stays(tmp_path):
    folder = tmp_path / "claims"
    folder.mkdir()
    theirs = ["insurance.claim", "poetry.lock", "0123.lock", "control-1.claim", "all"]
    for name in theirs:
        (folder / name).write_text("kept")
    (tmp_path / "precious").write_text("kept")
    (folder / "fedcba9876543210.lock").symlink_to(tmp_path / "precious")
    (folder / "control-000-00.claim").write_text("0123456789abcdef")
    (folder / "0123456789abcdef.lock").touch()
    with Claims(tmp_path):
        pass
    left = {p.name for p in folder.iterdir()}
    assert left == {*theirs, "fedcba9876543210.lock"}
    assert (tmp_path / "precious").read_text() == "kept"


def test_a_file_that_is_no_record_is_given_another_name_and_not_written_over(ledger):
    path = ledger.folder / "control" / "000" / "01.json"
    path.write_text("my notes")
    assert ledger.read("control", 0, 1) is None
    ledger.write(record(CELLS[1]))
    assert ledger.read("control", 0, 1) == record(CELLS[1])
    [aside] = path.parent.glob("01.json.found-*")
    assert aside.read_text() == "my notes"
    assert len(Ledger(ledger.folder).records()) == 2


@pytest.mark.parametrize("place", ["seeds", "control/001"])
def test_no_record_is_written_through_a_link(ledger, tmp_path, place):
    (tmp_path / "elsewhere").mkdir()
    (ledger.folder / place).symlink_to(tmp_path / "elsewhere")
    arm = place.partition("/")[0]
    with pytest.raises(InputError, match="is a link, and nothing is written through it"):
        ledger.write(record(Cell(arm, 1, 0)))
    assert not list((tmp_path / "elsewhere").rglob("*"))


def test_a_mirror_keeps_what_it_finds_there_and_writes_through_no_link(ledger, tmp_path):
    other = tmp_path / "drive"
    (other / "control" / "000").mkdir(parents=True)
    (other / "control" / "000" / "00.json").write_text("somebody else's")
    assert mirror.copy(ledger.folder, other).written == 2
    [aside] = (other / "control" / "000").glob("00.json.found-*")
    assert aside.read_text() == "somebody else's"
    linked = tmp_path / "linked"
    linked.mkdir()
    (linked / "control").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere").mkdir()
    assert mirror.copy(ledger.folder, linked).refused == 1
    assert not list((tmp_path / "elsewhere").rglob("*"))


def test_a_plan_that_is_somebody_elses_stays_as_it_is(tmp_path):
    for content in ('["buy milk"]', '{"control": "later"}', "not json"):
        (tmp_path / "plan.json").write_text(content)
        plan.note(tmp_path, [Cell("control", 0, 0)])
        assert (tmp_path / "plan.json").read_text() == content
        assert plan.read(tmp_path) == {}


def _exported(folder, lines):
    folder.mkdir()
    (folder / "study.json").write_text(json.dumps(PRINTS))
    with (folder / export.RECORDS).open("w") as file:
        file.writelines(lines)
    return folder


def test_records_are_read_line_by_line_and_never_all_at_once(tmp_path):
    line = json.dumps(sealed(record(CELLS[0]))) + "\n"
    junk = "x" * 10**6 + "\n"
    source = _exported(tmp_path / "crate", [line, *[junk] * 100])
    tracemalloc.start()
    found = export.restore(source, tmp_path / "study")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (found.written, found.refused) == (1, 100)
    assert peak < 20e6


def test_eight_hundred_second_records_of_one_cell_come_back_in_seconds(tmp_path):
    lines = [
        json.dumps(sealed(record(CELLS[0], weights_sha256=f"w{n}"))) + "\n" for n in range(801)
    ]
    source = _exported(tmp_path / "crate", lines)
    started = time.monotonic()
    assert export.restore(source, tmp_path / "study").written == 801
    assert export.restore(source, tmp_path / "study").there == 801
    ledger = Ledger(tmp_path / "study")
    assert len(ledger.duplicates()) == 800
    assert time.monotonic() - started < 60  # 41 s for the first line alone, once


@pytest.mark.parametrize("arm", ["claims", "failures", "seventh"])
def test_an_arm_that_is_unknown_here_does_not_come_in(tmp_path, arm):
    line = json.dumps(sealed(record(CELLS[0]) | {"arm": arm})) + "\n"
    source = _exported(tmp_path / "crate", [line])
    with pytest.raises(InputError, match="no record that is valid"):
        export.restore(source, tmp_path / "study")


@pytest.mark.parametrize(
    ("name", "value"), [("seconds", "abc"), ("steps_sha256", {}), ("behaviour", [1])]
)
def test_a_sealed_record_with_a_part_that_is_wrong_is_none_and_breaks_nothing(ledger, name, value):
    ledger.write(record(CELLS[1]) | {name: value})
    again = Ledger(ledger.folder)
    assert len(again.records()) == 1
    assert status.lines(ledger.folder) and len(again.table()) == 2
    assert not columns.is_sound(record(CELLS[1]) | {name: value})


def test_a_study_that_is_moved_while_it_runs_does_not_end_well(tmp_path, cache):
    folder = tmp_path / "study"
    words = ["--protocol", "smoke", "--arm", "control", "--arm", "seeds", "--out", str(folder)]
    command = [sys.executable, "-m", "helpers", "run", *words]
    running = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 200
    while not list(folder.glob("control/*/*.json")) and time.monotonic() < deadline:
        time.sleep(0.05)
    folder.rename(tmp_path / "elsewhere")
    _, said = running.communicate(timeout=300)
    assert running.returncode == 2, said
    assert "error: " in said and "Traceback" not in said
