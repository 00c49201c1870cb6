"""A finished SMOKE study, made by the command, for all tests of the study."""

import subprocess
import sys

import pytest


def run(folder, *more):
    """Start the command for a SMOKE study; returns the process."""
    command = [sys.executable, "-m", "helpers", "run", "--protocol", "smoke", "--out", str(folder)]
    return subprocess.Popen([*command, *more], stderr=subprocess.PIPE, text=True)


@pytest.fixture(scope="session")
def study(tmp_path_factory, cache):
    """A finished SMOKE study of three arms."""
    folder = tmp_path_factory.mktemp("study")
    arms = [word for arm in ("control", "seeds", "default") for word in ("--arm", arm)]
    done = run(folder, *arms)
    _, errors = done.communicate(timeout=400)
    assert done.returncode == 0, errors
    return folder
