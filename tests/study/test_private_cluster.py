"""Nobody but the runner talks to a run's processes, on any of their ports."""

import json
import os
import subprocess
import sys
import time

import psutil
import pytest

from helpers.errors import InputError
from helpers.study import engine
from helpers.study.private_cluster import private_cluster

ATTACK = """
import asyncio, encodings.idna, json, os, sys
from distributed import Security
from distributed.comm import connect
strangers = Security.temporary().get_connection_args("client")
if os.getuid() == 0:  # Python itself may lie where nobody else may look, so it is read before
    os.setgid(65534)
    os.setuid(65534)
open_door = {"require_encryption": False, "ssl_context": None}

async def tries():
    for port in json.loads(sys.argv[1]):
        for scheme, words in (("tcp", open_door), ("tls", strangers)):
            try:
                comm = await connect(f"{scheme}://127.0.0.1:{port}", timeout=4, **words)
                await comm.write({"op": "identity", "reply": True})
                said = await asyncio.wait_for(comm.read(), 4)
                print("connected", scheme, port, said)
            except (OSError, asyncio.TimeoutError) as error:
                print("refused", scheme, port, type(error).__name__)
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET /info/main/workers.html HTTP/1.0\\r\\n\\r\\n")
            said = await asyncio.wait_for(reader.read(200), 4)
            print("connected" if b"HTTP" in said else "refused", "http", port)
        except (OSError, asyncio.TimeoutError) as error:
            print("refused http", port, type(error).__name__)

asyncio.run(tries())
"""


# psutil 6 renamed it; Colab has psutil 5
CONNECTIONS = getattr(psutil.Process, "net_connections", None) or psutil.Process.connections


def _listening(process):
    every = [process, *process.children(recursive=True)]
    return {
        (c.laddr.ip, c.laddr.port)
        for one in every
        for c in CONNECTIONS(one)
        if c.status == psutil.CONN_LISTEN
    }


def test_another_user_gets_no_connection_on_any_port_of_a_run(tmp_path):
    if os.getuid() != 0:
        pytest.skip("only root can try it as another user")
    with engine.local([{}, {}]) as client:
        client.submit(os.getpid).result()
        found = _listening(psutil.Process())
        ports = sorted(port for _, port in found)
        command = [sys.executable, "-c", ATTACK, json.dumps(ports)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=200, cwd=tmp_path)
    said = done.stdout.splitlines()
    assert {ip for ip, _ in found} == {"127.0.0.1"}
    assert len(ports) >= 5  # the scheduler's, two nannies', two workers'
    assert len(said) == 3 * len(ports), done.stderr
    assert [line for line in said if not line.startswith("refused")] == []


def test_the_attack_reaches_an_open_scheduler():
    """What the test above tries does connect where no certificate is asked for."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=0, dashboard_address=None, silence_logs="ERROR") as cluster:
        port = int(cluster.scheduler_address.rpartition(":")[2])
        command = [sys.executable, "-c", ATTACK, f"[{port}]"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=100)
    assert done.stdout.startswith("connected tcp"), done.stdout + done.stderr


def test_what_workers_put_on_disk_is_in_a_private_folder_that_goes_with_them(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with private_cluster([{}]) as cluster:
        deadline = time.monotonic() + 30
        while not list(tmp_path.glob("*/*/*")) and time.monotonic() < deadline:
            time.sleep(0.1)
        [folder] = tmp_path.iterdir()
        assert folder.stat().st_mode & 0o777 == 0o700
        assert cluster.scheduler_address.startswith("tls://")
        assert not list(tmp_path.glob("dask-scratch-space"))
    assert not list(tmp_path.iterdir())


@pytest.fixture
def certificate(tmp_path):
    """A PEM file as docs/clusters.md makes it."""
    from distributed import Security

    made = Security.temporary()
    path = tmp_path / "study.pem"
    path.write_text(made.tls_client_key + made.tls_client_cert)
    return path


def test_a_scheduler_under_a_certificate_takes_who_has_it_and_nobody_else(certificate, tmp_path):
    file = tmp_path / "scheduler.json"
    pem = [word for n in ("ca-file", "cert", "key") for word in (f"--tls-{n}", str(certificate))]
    dask = [sys.executable, "-m", "dask"]
    here = ["--host", "tls://127.0.0.1", "--no-dashboard", "--scheduler-file", str(file), *pem]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    scheduler = subprocess.Popen([*dask, "scheduler", "--port", "0", *here], **quiet)
    try:
        deadline = time.monotonic() + 60
        while not file.exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        address = json.loads(file.read_text())["address"]
        worker = subprocess.Popen([*dask, "worker", "--nthreads", "1", *here], **quiet)
        try:
            with engine.remote(address, certificate) as client:
                assert client.submit(os.getpid).result() not in (os.getpid(), scheduler.pid)
            with pytest.raises(InputError, match="asks for a certificate"), engine.remote(address):
                pass
        finally:
            worker.kill()
            worker.wait()
    finally:
        scheduler.kill()
        scheduler.wait()


def test_a_file_that_is_no_certificate_is_named(tmp_path):
    (tmp_path / "none.pem").write_text("nothing")
    for name in ("none.pem", "missing.pem"):
        with (
            pytest.raises(InputError, match=f"{name} is no PEM file"),
            engine.remote("tls://127.0.0.1:1", tmp_path / name),
        ):
            pass
