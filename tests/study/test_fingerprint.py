"""The fingerprint holds what may change a result, and nothing else moves it."""

import json
import sys
from dataclasses import replace
from types import SimpleNamespace

import pytest

from helpers.learning import frameworks
from helpers.learning.frameworks import nvidia_smi
from helpers.protocol import DEMO, SMOKE
from helpers.study import fingerprint


def test_it_goes_through_json_and_has_a_digest_of_its_own():
    one, other = (fingerprint.fingerprint(p, "cohort") for p in (SMOKE, DEMO))
    assert json.loads(json.dumps(one)) == one
    assert fingerprint.digest(one) != fingerprint.digest(other)
    assert "protocol's epochs: 1 there, 8 here" in fingerprint.differences(one, other)
    assert fingerprint.differences(one, one) == []


def test_what_no_training_depends_on_makes_no_other_study():
    one = fingerprint.fingerprint(SMOKE, "cohort")
    renamed = replace(SMOKE, name="mine", repetitions=9, own=("batch",))
    assert fingerprint.differences(one, fingerprint.fingerprint(renamed, "cohort")) == []
    [said] = fingerprint.differences(
        one, fingerprint.fingerprint(replace(SMOKE, batch=3), "cohort")
    )
    assert said == f"protocol's batch: {SMOKE.batch} there, 3 here"


@pytest.mark.parametrize(
    "name", ["OMP_NUM_THREADS", "XLA_FLAGS", "JAX_ENABLE_X64", "TF_CUDNN_DETERMINISTIC"]
)
def test_what_the_environment_asks_of_a_framework_is_in_it(name, monkeypatch):
    monkeypatch.setenv(name, "3")
    found = fingerprint.fingerprint(SMOKE, "cohort")
    assert found["environment"][name] == "3"


def test_cores_are_those_that_this_process_may_use(monkeypatch):
    monkeypatch.setattr(fingerprint.os, "sched_getaffinity", lambda _: {0, 5, 7}, raising=False)
    assert fingerprint.fingerprint(SMOKE, "cohort")["cores"] == 3


def test_only_the_framework_in_use_is_named(monkeypatch):
    """All are made to look installed, and none of them imported."""
    versions = {"tensorflow": "2", "torch": "3", "jax": "4", "jaxlib": "5", "keras": "6"}
    monkeypatch.setattr(fingerprint, "_version", versions.get)
    monkeypatch.setattr(frameworks.importlib.util, "find_spec", lambda name: name)
    monkeypatch.setitem(sys.modules, "keras", None)
    prints = {}
    for name in frameworks.NAMES:
        monkeypatch.setenv("KERAS_BACKEND", name)
        prints[name] = fingerprint.fingerprint(SMOKE, "cohort")
    packages = {name: set(p["packages"]) for name, p in prints.items()}
    assert packages["tensorflow"] == {"tensorflow", "keras"}
    assert packages["torch"] == {"torch", "keras"}
    assert packages["jax"] == {"jax", "jaxlib", "keras"}
    assert [p["xla"] for p in prints.values()] == [False, False, True]
    said = fingerprint.differences(prints["tensorflow"], prints["jax"])
    assert "backend: tensorflow there, jax here" in said


def test_a_gpus_driver_and_libraries_are_in_it(monkeypatch, tmp_path):
    monkeypatch.setattr(nvidia_smi, "query", lambda *_: ["0, GPU-a, T4, 570.1"] * 4)
    names = ["nvidia-cudnn-cu12", "numpy"]
    wheels = [SimpleNamespace(name=name) for name in names]
    monkeypatch.setattr(fingerprint.importlib.metadata, "distributions", lambda: wheels)
    monkeypatch.setattr(fingerprint, "_version", lambda name: "9.10")
    monkeypatch.setattr(fingerprint, "_FOLDERS", [tmp_path])
    for name in ("libcudart.so.12.8.90", "libcudart.so.12", "libcudart.so"):
        (tmp_path / name).touch()
    found = fingerprint.fingerprint(SMOKE, "cohort")["gpu"]
    libraries = {"nvidia-cudnn-cu12": "9.10", "libcudart": "12.8.90"}
    assert found == {"devices": ["T4, 570.1"], "libraries": libraries}  # of however many


@pytest.mark.parametrize(
    ("named", "kinds"),
    [(None, ["A100", "T4"]), ("1", ["T4"]), ("GPU-a", ["A100"]), ("MIG-x", ["A100", "T4"])],
)
def test_of_two_kinds_of_gpu_those_that_may_be_used_are_in_it(named, kinds, monkeypatch):
    rows = ["0, GPU-abc, A100, 570.1", "1, GPU-def, T4, 570.1"]
    monkeypatch.setattr(nvidia_smi, "query", lambda *_: rows)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    if named:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", named)
    found = fingerprint.fingerprint(SMOKE, "cohort")["gpu"]["devices"]
    assert found == [f"{kind}, 570.1" for kind in kinds]
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")
    assert fingerprint.fingerprint(SMOKE, "cohort")["gpu"] is None


def test_the_device_is_told_in_words_and_of_two_cudnns_the_wheels():
    gpu = {"devices": ["H200, 580"], "libraries": {"libcudnn": "9.14", "nvidia-cudnn-cu13": "9.19"}}
    prints = {"cpu": {"model": "Some CPU"}, "gpu": gpu}
    assert fingerprint.device(prints) == "H200, 580 (name, driver), cuDNN 9.19"
    assert fingerprint.device(prints | {"gpu": None}) == "Some CPU"
    assert fingerprint.cudnn({"libcudnn": "9.14"}) == "9.14"
    assert fingerprint.cudnn({}) == fingerprint.UNKNOWN


@pytest.mark.parametrize(
    "gpu", [["T4"], "T4", {"devices": "T4"}, {"devices": ["T4"], "libraries": 3}]
)
def test_a_gpu_that_is_not_told_as_a_fingerprint_does_is_refused(gpu):
    assert fingerprint.is_sound({}) and fingerprint.is_sound({"gpu": None})
    assert not fingerprint.is_sound({"gpu": gpu})


def test_somebodys_own_network_is_in_it_by_name_and_digest():
    found = fingerprint.fingerprint(SMOKE, "cohort", "tests.example_network:build")
    assert found["model"]["name"] == "tests.example_network:build"
    assert len(found["model"]["sha256"]) == 64
    assert "model" not in fingerprint.fingerprint(SMOKE, "cohort")
