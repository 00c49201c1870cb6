"""The same on each framework: control repeats itself to the bit, in a warm and a fresh process.

A framework that is not installed is skipped. Its trainings run in processes of their own, whose
environment names it.
"""

import importlib.util
import json
import multiprocessing
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from helpers.errors import InputError
from helpers.learning import frameworks
from helpers.learning.frameworks import environment
from helpers.learning.switches import Switches
from tests.learning import fresh
from tests.learning.conftest import disc_patient
from tests.learning.test_cell import TINY

OWN = "tests.example_network:build"
JOBS = [
    ("control", 0, 0),
    ("control", 1, 0),
    ("seeds", 1, 0),
    ("order", 0, 0),
    ("order", 1, 0),
    ("one_bit", 0, 0),
    ("one_bit", 1, 0),
    ("one_bit", 1, 0),
]


def _installed(name):
    there = importlib.util.find_spec(name)
    reason = f"{name} is not installed: make frameworks has it"
    return pytest.param(name, marks=() if there else pytest.mark.skip(reason=reason))


@pytest.fixture(scope="module", params=[_installed(name) for name in frameworks.NAMES])
def framework(request):
    """One framework's name, for the processes that are started meanwhile."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("KERAS_BACKEND", request.param)
        yield request.param


@pytest.fixture(scope="module")
def warm(framework):
    """What one process does in turn: somebody's network, cells that fail, all jobs, and more."""
    rng = np.random.default_rng(7)
    cohort = [disc_patient(f"P{i}", rng, TINY.size) for i in range(4)]
    with _process() as pool:
        own = pool.submit(fresh.records, TINY, JOBS[:3] + JOBS[:1], cohort, OWN).result()
        said = pool.submit(fresh.refusal, TINY, JOBS[0], cohort).result()
        stopped = pool.submit(fresh.stopped, TINY, JOBS[0], cohort).result()
        records = pool.submit(fresh.records, TINY, JOBS, cohort).result()
        steps = pool.submit(
            fresh.same_seed_runs, replace(TINY, epochs=5), "control", cohort
        ).result()
        told = pool.submit(fresh.environments, TINY).result()
    return SimpleNamespace(
        cohort=cohort, own=own, said=said, stopped=stopped, records=records, steps=steps, told=told
    )


@pytest.fixture(scope="module")
def alone(warm):
    """The record of the first job from a fresh process, and of somebody's network from another."""
    with _process() as one, _process() as other:
        ours = one.submit(fresh.records, TINY, JOBS[:1], warm.cohort)
        own = other.submit(fresh.records, TINY, JOBS[:1], warm.cohort, OWN)
        return ours.result()[0], own.result()[0]


def _process():
    return ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))


def _digests(records):
    return [r["weights_sha256"] for r in records]


def test_control_is_bit_identical_in_a_warm_and_a_fresh_process(warm, alone):
    for part in ("steps_sha256", "epochs_sha256", "weights_sha256", "dsc_percent"):
        assert warm.records[0][part] == warm.records[1][part] == alone[0][part]


def test_the_other_arms_do_what_they_are_for(warm):
    control, _, seeds, order, order_again, no_bit, bit, bit_again = _digests(warm.records)
    assert len({control, seeds, order, order_again, bit}) == 5
    assert no_bit == control and bit == bit_again


def test_somebodys_network_with_dropout_is_the_same_warm_and_fresh(warm, alone):
    control, again, seeds, later = _digests(warm.own)
    assert control == again == later == alone[1]["weights_sha256"] != seeds


def test_a_loss_that_is_no_number_and_a_callback_that_fails_harm_no_later_cell(warm):
    said, after = warm.said
    assert said == "The loss was nan in epoch 1."
    assert after == warm.stopped == _digests(warm.records)[0]


def test_same_seeds_are_followed_step_by_step(warm):
    assert {s["distance"] for s in warm.steps} == {0.0}
    assert len({s["sha256"] for s in warm.steps}) == 10


def test_what_has_computed_already_is_fixed_no_more_but_pytorch_can_be(framework):
    with _process() as pool:
        said = pool.submit(fresh.too_late, TINY).result()
    assert said is None if framework == "torch" else "restart, and set the switches first" in said


def test_a_process_keeps_what_it_sets_from_its_fingerprint_and_its_children(framework, warm):
    told, children = warm.told
    assert told == {}
    ours = {"torch": ["CUBLAS_WORKSPACE_CONFIG"], "jax": ["PJRT_NPROC", "XLA_FLAGS"]}
    assert children == dict.fromkeys(ours.get(framework, []), "")


def test_the_framework_is_named_as_keras_names_it(monkeypatch, tmp_path):
    code = "from helpers.learning import frameworks; print(frameworks.name())"
    (tmp_path / "keras.json").write_text(json.dumps({"backend": "jax"}))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name)
    monkeypatch.setitem(sys.modules, "keras", None)
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    assert frameworks.name() == "jax" and frameworks.xla()
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    assert frameworks.name() == "tensorflow" and not frameworks.xla()
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "nowhere"))
    monkeypatch.delenv("KERAS_BACKEND")
    assert frameworks.name() == "tensorflow"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert done.stdout.strip() == "tensorflow", done.stderr


def test_a_framework_unknown_or_not_installed_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "keras", None)
    monkeypatch.setenv("KERAS_BACKEND", "theano")
    said = "KERAS_BACKEND asks for the framework 'theano': use one of tensorflow, torch, jax"
    with pytest.raises(InputError, match=said):
        frameworks.name()
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(InputError, match="'jax', which is not installed"):
        frameworks.name()


def test_a_keras_json_that_asks_for_what_is_not_there_is_named_and_not_the_environment(
    monkeypatch, tmp_path
):
    (tmp_path / "keras.json").write_text(json.dumps({"backend": "jax"}))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    monkeypatch.setitem(sys.modules, "keras", None)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"keras\.json asks for the framework 'jax', which is not"):
        frameworks.name()


def test_the_users_environment_is_kept_apart_from_ours(monkeypatch):
    monkeypatch.setattr(environment, "_found", {})
    monkeypatch.setenv("XLA_FLAGS", "--users=1")
    monkeypatch.delenv("PJRT_NPROC", raising=False)
    monkeypatch.setenv("CUBLAS_WORKSPACE_CONFIG", "")
    for value in ("1", "2"):
        environment.put("PJRT_NPROC", value)
        environment.put("XLA_FLAGS", f"--users=1 --ours={value}")
    assert environment.found()["XLA_FLAGS"] == "--users=1"
    assert environment.found().keys().isdisjoint({"PJRT_NPROC", "CUBLAS_WORKSPACE_CONFIG"})
    assert environment.for_children() == {"XLA_FLAGS": "--users=1", "PJRT_NPROC": ""}
    monkeypatch.undo()


@pytest.mark.parametrize("name", [_installed("torch")])
def test_pytorch_is_told_all_its_switches(name, monkeypatch):
    """On a GPU cuBLAS' workspace must be there before CUDA starts; all functions are replaced."""
    from helpers.learning.frameworks import on_torch

    told = _replaced_torch(monkeypatch, on_torch, started=False)
    monkeypatch.setattr(environment, "_found", {})
    monkeypatch.delenv("CUBLAS_WORKSPACE_CONFIG", raising=False)
    on_torch.apply(Switches(True, 1, 2), 11_264)
    torch = on_torch.torch
    assert told == {"deterministic": True, "inter": 1, "intra": 2, "cap": [(0.25, 0), (0.5, 1)]}
    assert torch.backends.cudnn.deterministic and not torch.backends.cudnn.benchmark
    assert torch.backends.fp32_precision == "ieee"
    assert environment.os.environ["CUBLAS_WORKSPACE_CONFIG"] == ":4096:8"
    assert environment.for_children() == {"CUBLAS_WORKSPACE_CONFIG": ""}
    _replaced_torch(monkeypatch, on_torch, started=True)
    monkeypatch.setenv("CUBLAS_WORKSPACE_CONFIG", "")
    with pytest.raises(InputError, match="CUDA has already started"):
        on_torch.apply(Switches(True, 1, 2), 11_264)
    on_torch.apply(Switches(), 11_264)
    monkeypatch.setattr(on_torch.torch, "set_num_interop_threads", _started)
    with pytest.raises(InputError, match="PyTorch has already computed"):
        on_torch.apply(Switches(False, 1, 2), 11_264)


def _started(threads):
    raise RuntimeError("parallel work has started")


def _replaced_torch(monkeypatch, on_torch, started):
    told = {}
    cuda = SimpleNamespace(
        device_count=lambda: 2,
        is_initialized=lambda: started,
        get_device_properties=lambda g: SimpleNamespace(total_memory=(44, 22)[g] * 2**30),
        set_per_process_memory_fraction=lambda f, g: told.setdefault("cap", []).append((f, g)),
    )
    backends = SimpleNamespace(cudnn=SimpleNamespace())
    replaced = SimpleNamespace(
        cuda=cuda,
        backends=backends,
        use_deterministic_algorithms=lambda on: told.update(deterministic=on),
        get_num_interop_threads=lambda: 2,
        set_num_interop_threads=lambda n: told.update(inter=n),
        set_num_threads=lambda n: told.update(intra=n),
    )
    monkeypatch.setattr(on_torch, "torch", replaced)
    return told


@pytest.mark.parametrize("name", [_installed("jax")])
def test_jax_is_told_all_its_switches_and_keeps_the_users_flags(name, monkeypatch):
    """The largest GPU's memory decides the fraction; nvidia-smi and the environment replaced."""
    from helpers.learning.frameworks import on_jax

    monkeypatch.setattr(on_jax.nvidia_smi, "query", lambda *_: ["45056", "22528"])
    monkeypatch.setattr(on_jax.xla_bridge, "backends_are_initialized", lambda: False)
    monkeypatch.setattr(environment, "_found", {})
    monkeypatch.setattr(on_jax.os, "environ", {"XLA_FLAGS": "--users=1"})
    on_jax.apply(Switches(True, 1, 1), 11_264)
    flags = "--users=1 --xla_gpu_deterministic_ops=true --xla_cpu_multi_thread_eigen=false"
    wanted = {"XLA_FLAGS": flags, "PJRT_NPROC": "1", "XLA_PYTHON_CLIENT_MEM_FRACTION": "0.2500"}
    assert on_jax.os.environ == wanted
    monkeypatch.setattr(on_jax.xla_bridge, "backends_are_initialized", lambda: True)
    on_jax.apply(Switches(True, 1, 1), 11_264)
    with pytest.raises(InputError, match="PJRT_NPROC cannot be set any more"):
        on_jax.apply(Switches(True, 1, 2), 11_264)
    assert on_jax.jax.config.jax_default_matmul_precision == "highest"
