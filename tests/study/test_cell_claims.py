"""Two runners on one folder: nobody does a cell twice, and the dead hold nothing."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time

import pytest

from helpers.errors import InputError
from helpers.study import cell_claims as module
from helpers.study import locks
from helpers.study.cell_claims import Claims
from helpers.study.ledger import Ledger
from helpers.study.missing_cells import Cell
from helpers.study.queue import TRIES, Queue
from tests.study.test_ledger import record

CELLS = [Cell("control", r, f) for r in range(20) for f in range(10)]


def _do_all(folder, gate, sent):
    """A runner that takes and does all it can get; sends what it did."""
    gate.wait()
    did = []
    ledger = Ledger(folder)
    with Claims(folder) as claims:
        queue = Queue(ledger, claims, CELLS)
        while queue:
            cell = queue.take()
            if cell is None:
                queue.refresh()
                continue
            did.append(cell)
            queue.done(cell, record(cell.arm, cell.repetition, cell.fold))
    sent.put(did)


def test_two_runners_share_the_cells_and_none_is_done_twice(tmp_path):
    spawn = multiprocessing.get_context("spawn")
    gate, sent = spawn.Barrier(2), spawn.Queue()
    runners = [spawn.Process(target=_do_all, args=(tmp_path, gate, sent)) for _ in range(2)]
    for runner in runners:
        runner.start()
    one, other = sent.get(timeout=60), sent.get(timeout=60)
    for runner in runners:
        runner.join()
    assert sorted(map(str, one + other)) == sorted(map(str, CELLS))
    assert one and other
    assert not list((tmp_path / "claims").glob("*.claim"))
    assert not list((tmp_path / "claims").glob("*.lock"))


def test_a_dead_runners_claim_is_taken_over_and_a_living_ones_is_not(tmp_path):
    code = (
        "import sys, time; from helpers.study.cell_claims import Claims;"
        "from helpers.study.missing_cells import Cell;"
        f"c = Claims({str(tmp_path)!r}).__enter__(); c.take(Cell('control', 0, 0));"
        "print('taken', flush=True); time.sleep(60)"
    )
    other = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert other.stdout.readline() == "taken\n"
    with Claims(tmp_path) as claims:
        queue = Queue(Ledger(tmp_path), claims, CELLS[:1])
        assert queue.take() is None and module.in_work(tmp_path) == 1
        queue.refresh()
        assert queue.take() is None
        os.kill(other.pid, signal.SIGKILL)
        other.wait()
        assert module.in_work(tmp_path) == 0
        queue.refresh()
        assert queue.take() == CELLS[0]


def test_no_clock_decides(tmp_path, monkeypatch):
    ledger = Ledger(tmp_path)
    ledger.open({"cores": 2})
    ledger.write(record())
    with Claims(tmp_path) as one, Claims(tmp_path) as other:
        one.take(CELLS[1])
        for shift in (-86_400, 86_400):
            now = time.time() + shift
            monkeypatch.setattr(time, "time", lambda now=now: now)
            for path in tmp_path.rglob("*"):
                os.utime(path, (now, now))
            ledger.open({"cores": 2})
            queue = Queue(ledger, other, CELLS[:3])
            queue.refresh()
            assert len(queue) == 2 and queue.take() == CELLS[2] and queue.take() is None
            other.release(CELLS[2])


def test_a_cell_is_tried_three_times_after_the_others_and_then_listed(tmp_path):
    with Claims(tmp_path) as claims:
        queue = Queue(Ledger(tmp_path), claims, CELLS[:2])
        for turn in range(TRIES):
            if turn != 1:
                assert queue.take() == CELLS[0]
            else:
                assert queue.take() == CELLS[1]
                queue.done(CELLS[1], record(fold=1))
                assert queue.take() == CELLS[0]
            queue.fail(CELLS[0], "It broke.")
        assert queue.take() is None and queue.failed == {CELLS[0]: "It broke."}


def test_a_torn_claim_belongs_to_nobody(tmp_path):
    with Claims(tmp_path) as claims:
        for content in (b"", b"\xff\x00", b"x" * 5000):
            path = tmp_path / "claims" / f"{CELLS[0].file_name}.claim"
            path.write_bytes(content)
            assert not claims.take(CELLS[0])
            claims.sweep()
            assert claims.take(CELLS[0])
            claims.release(CELLS[0])


def test_nothing_is_written_or_deleted_through_a_link(tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    names = ["0123456789abcdef.lock", "thesis-2024-01.claim"]
    for name in names:
        (other / name).write_text("mine")
    (tmp_path / "claims").symlink_to(other)
    with pytest.raises(InputError, match="claims is a link.*move it"), Claims(tmp_path):
        pass
    assert sorted(p.name for p in other.iterdir()) == names
    (tmp_path / "there").symlink_to(tmp_path / "nowhere")
    with pytest.raises(InputError, match="could not be written"):
        locks.hold(tmp_path / "there")
    assert not (tmp_path / "nowhere").exists()
