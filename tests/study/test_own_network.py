"""Somebody's own network by the command line, as the documentation shows it."""

import os
import re
from pathlib import Path

import pytest

from helpers.study.ledger import Ledger
from tests.study.conftest import run

PAGE = Path(__file__).parents[2] / "docs" / "own_data.md"
ONE_CELL = ("--arm", "control", "--repetitions", "1", "--folds", "1", "--workers", "1")


@pytest.fixture
def module(tmp_path, monkeypatch):
    """The page's network as a module that can be imported."""
    [code] = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.S)
    (tmp_path / "my_network.py").write_text(code)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    return tmp_path / "my_network.py"


def test_the_network_of_the_documentation_is_trained(module, tmp_path):
    done = run(tmp_path / "study", *ONE_CELL, "--model", "my_network:build")
    _, errors = done.communicate(timeout=200)
    assert done.returncode == 0, errors
    ledger = Ledger(tmp_path / "study")
    assert len(ledger.records()) == 1 and ledger.study["model"]["name"] == "my_network:build"


def test_a_network_that_cannot_serve_is_refused_before_any_cell(module, tmp_path):
    module.write_text(module.read_text().replace("Conv2D(1, 1,", "Conv2D(2, 1,"))
    done = run(tmp_path / "study", *ONE_CELL, "--model", "my_network:build")
    _, errors = done.communicate(timeout=200)
    assert done.returncode == 2 and "one probability a pixel" in errors
    assert "Traceback" not in errors and not (tmp_path / "study" / "failures").exists()


def test_order_refuses_a_network_with_dropout_for_which_it_is_no_rounding(tmp_path):
    words = "--arm", "order", *ONE_CELL[2:], "--model", "tests.example_network:build"
    done = run(tmp_path / "study", *words)
    _, errors = done.communicate(timeout=200)
    assert done.returncode == 2 and "change its gradient" in errors and "one_bit" in errors
    assert "Traceback" not in errors


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("os:build", "There is no file of Python for os"),
        ("sys:exit", "There is no file of Python for sys"),
        ("nobodys:build", "There is no file of Python for nobodys"),
        ("__main__:build", "The network __main__:build cannot be loaded"),
    ],
)
def test_a_module_without_a_network_is_refused(name, said, tmp_path):
    done = run(tmp_path / "study", *ONE_CELL, "--model", name)
    _, errors = done.communicate(timeout=200)
    assert done.returncode == 2 and said in errors and "Traceback" not in errors
