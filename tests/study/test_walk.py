"""The walk of docs/own_data.md, from a folder of NIfTI to a verdict, command by command."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.study.ledger import Ledger

TEXT = (Path(__file__).parents[2] / "docs" / "own_data.md").read_text()
[BLOCK] = re.findall(r"```sh\n(.*?)```", TEXT, re.S)
COMMANDS = BLOCK.splitlines()


@pytest.fixture(scope="module")
def walked(tmp_path_factory, cache):
    """What each command said, in order, in the folder where they were given."""
    from tests.study.conftest import write_balls

    here = tmp_path_factory.mktemp("walk")
    (here / "my_cohort").mkdir()
    write_balls(here / "my_cohort")
    said = []
    for command in COMMANDS:
        words = [sys.executable if w == "python" else w for w in shlex.split(command)]
        done = subprocess.run(words, cwd=here, capture_output=True, text=True, timeout=400)
        assert done.returncode == 0, (command, done.stderr)
        said.append(done.stdout + done.stderr)
    return here, said


def test_there_are_six_commands(walked):
    assert len(walked[1]) == 6 and all(c.startswith("python -m helpers ") for c in COMMANDS)


def test_it_shows_a_protocol_and_writes_the_same(walked):
    here, said = walked
    text = (here / "my.toml").read_text()
    assert 'name = "my"' in text and text.splitlines()[0] in said[0]
    assert "least 100 %, median 100 %" in said[0] and "least 100 %, median 100 %" in said[1]


def test_a_run_says_its_ceilings_and_control_proves_the_harness(walked):
    _, said = walked
    assert all("Grid: ceilings 100 %, 3 patients." in said[n] for n in (2, 3))
    assert "control: 2 of 2 cells, 0 left, 1 digests" in said[4]
    assert said[4].startswith("my_study: protocol my")


def test_the_study_and_its_report_name_protocol_ceilings_and_verdict(walked):
    here, _ = walked
    table = Ledger(here / "my_study").table()
    assert set(table["ceiling_percent"]) == {100.0} and (table["truth_ml"] > 0).all()
    assert set(zip(table["patient"], table["subject"], strict=True)) == {
        ("p0", "s0"),
        ("p1", "s0"),
        ("p2", "s1"),
    }
    report = (here / "report" / "summary.md").read_text()
    assert "Protocol my, of the user's own: " in report
    assert "100.00 to 100.00, median 100.00" in report
    found = json.loads((here / "report" / "summary.json").read_text())
    assert found["default"]["patients"] == 2 and found["default"]["images"] == 3
    assert found["default"]["verdict"] and found["seeds"]["verdict"]


def test_the_page_says_that_one_phase_is_as_good_as_several():
    assert "A 3-D NIfTI is one phase, and as good as a 4-D one" in TEXT
