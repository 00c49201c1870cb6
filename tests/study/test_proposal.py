"""``propose`` looks at a folder, says what fits it, and writes a protocol that runs."""

import os
import subprocess
import sys

import nibabel as nib
import numpy as np
import pytest

from helpers.protocols import choose


def _propose(folder, *more):
    command = [sys.executable, "-m", "helpers", "propose", str(folder), *map(str, more)]
    env = {k: v for k, v in os.environ.items() if k != "TRAIN_AGAIN_PROTOCOL"}
    return subprocess.run(command, capture_output=True, text=True, timeout=300, env=env)


def test_a_proposed_protocol_fits_and_says_why(balls, cache, tmp_path):
    done = _propose(balls(), "--out", tmp_path / "mine.toml")
    assert done.returncode == 0, done.stderr
    found = choose(tmp_path / "mine.toml")
    assert (found.name, found.patients, found.folds, found.phases) == ("mine", 3, 2, (0,))
    assert (found.spacing, found.size, found.depth, found.plane) == (1.5, 24, 2, "axial")
    text = (tmp_path / "mine.toml").read_text()
    assert text.strip() in done.stdout
    for words in (
        "nothing is resampled",
        "3, of 2 subjects",
        "20 to 23 × 20 to 23 × 8 to 9",
        "1.5 × 1.5 × 4 mm",
        "least 100 %, median 100 %",
        "# truth outside   0 of ",
        "MB at most",
        "MiB a step on paper",
        " ms a step, 26 slices)",
        " hours with ",
    ):
        assert words in text, words
    again = _propose(tmp_path, "--out", tmp_path / "mine.toml")
    assert again.returncode == 2 and "is there already" in again.stderr


def test_a_dry_run_writes_nothing(balls, cache, tmp_path):
    folder = balls()
    before = sorted(tmp_path.iterdir())
    done = _propose(folder, "--dry-run", "--like", "demo")
    assert done.returncode == 0 and 'like = "demo"' in done.stdout
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("changed", "more", "says"),
    [
        ({"shapes": ((20, 20, 8),)}, ["--dry-run"], "1 subject with 1 image"),
        ({"blank": (1,)}, ["--dry-run"], "No phase is in all images"),
        ({}, [], "name one with --out, or give --dry-run"),
        ({}, ["--out", "my.txt"], "does not end in .toml"),
        ({}, ["--out", "demo.toml"], "a protocol that ships"),
        ({}, ["--dry-run", "--like", "nonsense"], "There is no protocol 'nonsense'"),
    ],
)
def test_what_cannot_be_served_is_refused_in_a_sentence(changed, more, says, balls, cache):
    done = _propose(balls(**changed), *more)
    assert done.returncode == 2 and not done.stdout
    assert done.stderr.splitlines()[-1].startswith("error: ") and says in done.stderr


def test_a_mask_that_is_empty_everywhere_is_refused_by_its_file(balls, cache, tmp_path):
    folder = balls()
    empty = nib.Nifti1Image(np.zeros((20, 23, 9), "uint8"), np.diag([1.5, 1.5, 4.0, 1.0]))
    nib.save(empty, tmp_path / "0_mask.nii.gz")
    done = _propose(folder, "--dry-run")
    assert done.returncode == 2 and "0_mask.nii.gz" in done.stderr
    assert done.stderr.count("error: ") == 1
