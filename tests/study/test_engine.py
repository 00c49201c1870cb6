"""Cells that fail are named, tried three times and listed, and the study goes on."""

import functools
import tempfile

import dask.system
import pytest
from distributed import LocalCluster

from helpers.errors import InputError
from helpers.study import engine, worker_environments
from helpers.study.cell_claims import Claims
from helpers.study.ledger import Ledger
from helpers.study.missing_cells import Cell
from helpers.study.queue import TRIES, Queue, failures
from tests.study import jobs

CELLS = [Cell("control", r, f) for r in range(3) for f in range(5)]


@pytest.fixture(scope="module")
def after(tmp_path_factory):
    """The ledger after cells that broke, hung, died, and died once; how often each came back."""
    folder = tmp_path_factory.mktemp("engine")
    train = functools.partial(jobs.train, folder=folder)
    with engine.local([{}, {}]) as client, Claims(folder) as claims:
        queue = Queue(Ledger(folder), claims, CELLS)
        came = list(engine.results(client, queue, train, limit=1.5))
    return Ledger(folder), queue.failed, came


def test_the_study_goes_on_around_cells_that_fail(after):
    ledger, failed, _ = after
    bad = {Cell("control", 1, f) for f in (1, 2, 3)}
    assert set(failed) == bad
    assert len(ledger.records()) == len(CELLS) - len(bad)
    assert ledger.read("control", 1, 4) is not None


def test_each_failure_is_named_and_tried_three_times(after):
    ledger, failed, came = after
    assert failed[Cell("control", 1, 1)] == "ZeroDivisionError: division by zero"
    assert failed[Cell("control", 1, 2)] == "It took longer than 2 s."
    assert failed[Cell("control", 1, 3)] == "Its process died."
    for cell in failed:
        assert came.count((cell, None)) == TRIES
    assert came.count((Cell("control", 1, 4), None)) == 1
    assert {f["tries"] for f in failures(ledger.folder)} == {TRIES}


def test_an_exception_becomes_a_sentence_of_one_line():
    said = jobs.breaking(CELLS[0], None, None, None)
    assert said == "MemoryError: out of memory: 9 GB wanted"


def test_nobody_at_the_address_and_nobody_at_work_are_said(monkeypatch, capsys):
    with pytest.raises(InputError, match="No scheduler answers"), engine.remote("nonsense://x"):
        pass
    monkeypatch.setattr(engine, "_WAIT_S", 5)
    with LocalCluster(n_workers=0, dashboard_address=None, silence_logs="ERROR") as cluster:
        address = cluster.scheduler_address
        with pytest.raises(InputError, match="has no workers"), engine.remote(address):
            pass
    assert f"The scheduler at {address} is open" in capsys.readouterr().err


def test_a_worker_that_does_not_fit_is_left_out_and_costs_no_try(tmp_path, capsys):
    with engine.local([{}, {"FIT": "1"}]) as client, Claims(tmp_path) as claims:
        queue = Queue(Ledger(tmp_path), claims, CELLS[:5])
        came = [cell for cell, _ in engine.results(client, queue, jobs.choosy)]
    assert sorted(came, key=str) == CELLS[:5] == sorted(set(came), key=str)
    assert not failures(tmp_path) and not queue.failed
    assert capsys.readouterr().err.count("is left out: it has another fingerprint: cores.") == 1


def test_what_fails_or_does_not_fit_says_nothing_about_how_long_a_cell_takes(tmp_path, monkeypatch):
    known = []
    monkeypatch.setattr(engine, "_allowed", lambda seconds: known.append(len(seconds)) or 600)
    with engine.local([{}, {"FIT": "1"}]) as client, Claims(tmp_path) as claims:
        broken = [Cell("control", 1, 1), Cell("control", 0, 0)]
        list(engine.results(client, Queue(Ledger(tmp_path), claims, broken), jobs.choosy))
    assert len(known) > TRIES and max(known) <= 1


def test_a_study_without_a_worker_that_fits_ends_in_a_sentence(tmp_path):
    with engine.local([{}]) as client, Claims(tmp_path) as claims:
        queue = Queue(Ledger(tmp_path), claims, CELLS)
        with pytest.raises(InputError, match="No worker fits: it has another fingerprint"):
            list(engine.results(client, queue, jobs.choosy))
    assert not failures(tmp_path)


def test_a_study_whose_workers_have_gone_does_not_wait_for_ever(tmp_path, monkeypatch):
    monkeypatch.setattr(engine, "_WAIT_S", 1)
    monkeypatch.setattr(engine, "_LOOK_S", 0.2)
    with engine.local([{}]) as client, Claims(tmp_path) as claims:
        found = engine.results(client, Queue(Ledger(tmp_path), claims, CELLS), jobs.train)
        next(found)
        client.cluster.scale(0)
        with pytest.raises(InputError, match="All workers are gone"):
            list(found)


def test_workers_that_cannot_start_are_said(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "file" / "none"))
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="processes could not be started"), engine.local([{}]):
        pass


def test_a_cell_may_take_long_but_not_for_ever():
    assert engine._allowed([]) == 24 * 3600
    assert engine._allowed([1, 2, 3]) == 600
    assert engine._allowed([100, 50, 200]) == 2000


def test_one_process_a_core_or_a_gpu_and_one_for_free_threads(monkeypatch):
    monkeypatch.setattr(dask.system, "CPU_COUNT", 4)
    monkeypatch.setattr(worker_environments, "gpus", list)
    assert worker_environments.processes(True) == [{}] * 4
    assert worker_environments.processes(False) == worker_environments.processes(False, 3) == [{}]
    assert worker_environments.processes(True, 3) == [{}] * 3
    monkeypatch.setattr(worker_environments, "gpus", lambda: ["0", "1"])
    order = {"CUDA_DEVICE_ORDER": "PCI_BUS_ID"}  # nvidia-smi's, and so the fingerprint's
    both = [{"CUDA_VISIBLE_DEVICES": n} | order for n in "01"]
    assert worker_environments.processes(True) == worker_environments.processes(False) == both
    assert worker_environments.processes(True, 3) == [*both, both[0]]
    assert worker_environments.processes(False, 3) == [*both, both[0]]
    rows = ["0, GPU-a, A100", "1, GPU-b, T4"]
    monkeypatch.setattr(worker_environments.nvidia_smi, "query", lambda *_: rows)
    with pytest.raises(InputError, match="GPUs of 2 kinds .A100, T4..*CUDA_VISIBLE_DEVICES"):
        worker_environments.processes(True)


@pytest.mark.parametrize(
    ("named", "found"),
    [(None, ["0", "1"]), ("1", ["1"]), ("", []), ("-1", []), ("0,1", ["0", "1"])],
)
def test_gpus_are_those_the_user_leaves_visible(tmp_path, monkeypatch, named, found):
    tool = tmp_path / "nvidia-smi"
    tool.write_text("#!/bin/sh\nprintf '0\\n1\\n'\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    if named is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", named)
    assert worker_environments.gpus() == found


def test_dask_does_not_watch_a_worker_that_trains():
    with engine.local([{}]) as client:
        assert client.submit(_watching, pure=False).result() == (False, "1s")


def _watching():
    import dask

    named = "distributed.worker.profile.enabled", "distributed.admin.tick.interval"
    return tuple(dask.config.get(name) for name in named)


def _absent(*_):
    raise ModuleNotFoundError("No module named 'helpers'")


def test_a_worker_without_the_package_is_told_to_install_it():
    with engine.local([{}]) as client, pytest.raises(InputError, match="No module.*install"):
        engine.willing(client, _absent)
