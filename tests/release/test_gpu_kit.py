"""The kit for a machine without a network: what it carries, and that it runs.

The last tests need a kit, which needs a package index to be made: `make gpu-kit-test` makes one and
names it in TRAIN_AGAIN_GPU_KIT.
"""

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from release import gpu_kit, gpu_kit_run

LOCK = """\
keras==3.15.1 \\
    --hash=sha256:aa \\
    --hash=sha256:bb
    # via train-again
numpy==2.4.6 ; python_full_version < '3.12' \\
    --hash=sha256:cc
numpy==2.5.5 ; python_full_version >= '3.12' \\
    --hash=sha256:dd
Some.Name==1 ; sys_platform == 'win32' \\
    --hash=sha256:ee
"""


def test_the_locks_lines_are_those_of_the_kits_python_with_their_hashes():
    found = gpu_kit.locked(["keras", "numpy"], LOCK)
    assert "keras==3.15.1 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n" in found
    assert "numpy==2.5.5 \\\n    --hash=sha256:dd\n" in found
    assert "2.4.6" not in found and "Name" not in found


def test_a_name_that_the_lock_lacks_for_the_kits_machine_is_told():
    with pytest.raises(SystemExit, match="lacks some-name"):
        gpu_kit.locked(["some-name"], LOCK)


def test_what_is_carried_has_all_its_needs_and_nothing_that_is_there():
    names = gpu_kit.carried()
    assert {"keras", "nibabel", "pydicom", "optree", "h5py", "distributed"} <= set(names)
    assert not {"numpy", "scipy", "tensorflow", "torch", "jax", "matplotlib"} & set(names)
    lock = (gpu_kit.ROOT / "requirements.txt").read_text()
    assert gpu_kit.locked(names, lock).count("--hash") >= len(names)


def test_only_what_is_lacking_is_installed_and_never_twice(tmp_path, monkeypatch):
    called = []
    monkeypatch.setattr(gpu_kit_run.subprocess, "run", lambda words, check: called.append(words))
    names = ("keras-3-py3-none-any.whl", "pytest-1-py3-none-any.whl", "No_Such-1-py3-none-any.whl")
    wheels = [tmp_path / name for name in names]
    gpu_kit_run.install(wheels, tmp_path / "site")
    assert [Path(word).name for word in called[0] if word.endswith(".whl")] == [names[0], names[2]]
    assert {"--no-index", "--no-deps"} <= set(called[0])
    for name in ("keras-3.dist-info", "no_such-1.dist-info"):
        (tmp_path / "site" / name).mkdir(parents=True)
    gpu_kit_run.install(wheels, tmp_path / "site")
    assert len(called) == 1


@pytest.fixture(scope="module")
def kit():
    """The folder of a kit that was made beforehand."""
    folder = os.environ.get("TRAIN_AGAIN_GPU_KIT")
    if not folder:
        pytest.skip("TRAIN_AGAIN_GPU_KIT names no kit: make gpu-kit-test, which needs an index")
    if sys.version_info[:2] != (3, 12):
        pytest.skip("the kit is for Python 3.12: make gpu-kit-test PYTHON=python3.12")
    return Path(folder)


def _ran(python, kit, *words):
    nowhere = {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull, "PYTHONPATH": ""}
    command = [python, kit / "run.py", *words]
    return subprocess.run(command, capture_output=True, text=True, env=os.environ | nowhere)


def test_the_kit_is_small(kit):
    size = sum(path.stat().st_size for path in (kit / "wheels").iterdir()) / 2**20
    assert 10 < size <= gpu_kit.MOST_MIB


def test_in_an_empty_environment_it_installs_without_an_index_and_says_what_is_lacking(
    kit, tmp_path
):
    venv.create(tmp_path / "empty", with_pip=True)
    done = _ran(tmp_path / "empty/bin/python", kit, "--out", tmp_path / "out")
    assert done.returncode == 2, done.stderr
    assert done.stdout.startswith("This Python needs numpy, scipy, TensorFlow, PyTorch or JAX")
    names = {p.name.split("-")[0] for p in (kit / "site").glob("*.dist-info")}
    assert {"keras", "nibabel", "pydicom", "train_again"} <= names


def test_beside_a_framework_it_runs_a_whole_survey_on_a_cpu(kit, tmp_path):
    python = os.environ.get("TRAIN_AGAIN_GPU_KIT_PYTHON")
    if not python:
        pytest.skip(
            "TRAIN_AGAIN_GPU_KIT_PYTHON names no Python with a framework: make gpu-kit-test"
        )
    words = "--out", tmp_path / "out", "--minutes", "1", "--protocol", "smoke"
    done = _ran(python, kit, *words)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].startswith("train-again-line-1 ")
    assert (tmp_path / "out" / "study.csv.gz").exists()
