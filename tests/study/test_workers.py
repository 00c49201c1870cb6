"""Warm workers, workers of somebody's scheduler, and fresh processes: one and the same result."""

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace

import pandas as pd
import pytest

from helpers.errors import InputError
from helpers.imaging import cohort
from helpers.learning import minibatches
from helpers.protocol import SMOKE
from helpers.study import runner, worker
from helpers.study.ledger import Ledger
from tests.learning import fresh
from tests.study.conftest import run


def _dask(*words):
    command = [sys.executable, "-m", "dask", *words, "--no-dashboard"]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, stdout=quiet, stderr=quiet, start_new_session=True)


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory, cache):
    """The address of a scheduler started by hand, with one worker in another process."""
    file = tmp_path_factory.mktemp("dask") / "scheduler.json"
    found = ["--scheduler-file", str(file)]
    started = [_dask("scheduler", "--host", "127.0.0.1", "--port", "0", *found)]
    deadline = time.monotonic() + 60
    while not file.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    started.append(_dask("worker", "--host", "127.0.0.1", "--nthreads", "1", *found))
    yield json.loads(file.read_text())["address"]
    for process in reversed(started):
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_every_control_cell_of_a_warm_worker_is_that_of_a_fresh_process(study):
    patients = cohort.load(SMOKE)
    cells = runner.cells(SMOKE, ["control"])
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=spawn, max_tasks_per_child=1) as pool:
        jobs = [[("control", c.repetition, c.fold)] for c in cells]
        alone = [pool.submit(fresh.records, SMOKE, job, patients) for job in jobs]
        alone = [one.result()[0] for one in alone]
    for cell, record in zip(cells, alone, strict=True):
        warm = Ledger(study).read(cell.arm, cell.repetition, cell.fold)
        for part in ("weights_sha256", "epochs_sha256", "first_step_sha256", "dsc_percent"):
            assert warm[part] == record[part], (cell, part)


def test_one_worker_of_a_scheduler_gives_the_table_of_two_local_ones(study, scheduler, tmp_path):
    ledger = runner.run(SMOKE, ["control", "seeds"], tmp_path, scheduler=scheduler)
    table = Ledger(study).table()
    local = table[table["arm"].isin(["control", "seeds"])].reset_index(drop=True)
    pd.testing.assert_frame_equal(ledger.table(), local)


def test_the_command_takes_a_schedulers_address(study, scheduler, tmp_path):
    words = "--arm", "control", "--repetitions", "1", "--scheduler", scheduler
    done = run(tmp_path, *words)
    _, errors = done.communicate(timeout=200)
    assert done.returncode == 0, errors
    found = {r["fold"]: r["weights_sha256"] for r in Ledger(tmp_path).records()}
    local = {f: Ledger(study).read("control", 0, f)["weights_sha256"] for f in range(SMOKE.folds)}
    assert found == local


def test_a_scheduler_serves_somebodys_own_network(scheduler, tmp_path):
    name = "tests.example_network:build"
    ledger = runner.run(SMOKE, ["control"], tmp_path, 1, 1, scheduler=scheduler, model=name)
    assert len(ledger.records()) == 1 and ledger.study["model"]["name"] == name
    with pytest.raises(InputError, match="another fingerprint.*model"):
        runner.run(SMOKE, ["control"], tmp_path, 1, 1)


def test_a_worker_under_other_switches_refuses_in_a_sentence(scheduler, tmp_path):
    runner.run(SMOKE, ["control"], tmp_path / "one", 1, 1, scheduler=scheduler)
    with pytest.raises(InputError, match=r"worker at tcp://.* trains under other switches"):
        runner.run(SMOKE, ["default"], tmp_path / "two", 1, 1, scheduler=scheduler)
    assert not (tmp_path / "two").exists()


def test_arms_of_two_sets_of_switches_are_refused_with_a_scheduler(tmp_path):
    with pytest.raises(InputError, match="two sets of switches"):
        runner.run(SMOKE, ["control", "both"], tmp_path, scheduler="tcp://127.0.0.1:1")
    assert list(tmp_path.iterdir()) == []


def test_the_compiled_loop_says_whether_it_holds_its_slices_or_streams_them(cache, monkeypatch):
    compiled = worker.Work(replace(SMOKE, loop="compiled"))
    assert worker.told(worker.Work(SMOKE)) is None
    assert worker.told(compiled).startswith("The compiled loop holds its slices: 0 MiB a training")
    monkeypatch.setattr(minibatches, "HELD", 1000)
    assert "streams its slices, one mini-batch ahead" in worker.told(compiled)


def test_a_network_whose_loss_falls_below_0_is_told_to_end_in_a_sigmoid(monkeypatch):
    from helpers.learning import cell as learning

    made = {"arm": "control", "repetition": 0, "fold": 0, "weights_sha256": "a" * 64}
    made |= {"dsc_percent": {"P": 40.0}, "epochs_loss": [0.5, -4.57]}
    monkeypatch.setattr(learning, "train", lambda *_, **__: made)
    monkeypatch.setattr(worker, "prints", lambda _: {})
    monkeypatch.setattr(worker, "prepared", lambda _: [])
    said = worker.train(runner.Cell("control", 0, 0), None, worker.Work(SMOKE), {})
    assert "end in a sigmoid" in said
    made["epochs_loss"] = [0.5, 0.4]
    made["dsc_percent"] = {"P": float("nan")}
    said = worker.train(runner.Cell("control", 0, 0), None, worker.Work(SMOKE), {})
    assert "a value that cannot be" in said
