"""The study of somebody's own pairs, as the documentation shows it."""

import subprocess
import sys
from dataclasses import replace

import nibabel as nib
import pytest

from helpers.imaging.phantom import patient as phantom
from helpers.protocol import SMOKE
from helpers.study.ledger import Ledger

SMALL = replace(SMOKE, phantom_matrix=64, phantom_slices=4)


@pytest.fixture
def pairs(tmp_path):
    """Two patients as NIfTI pairs and their list."""
    rows = ["patient,image,mask"]
    for number, name in enumerate(("anna", "berta")):
        made = phantom.make_patient(number, SMALL)
        nib.save(nib.Nifti1Image(made.data, made.affine), tmp_path / f"{name}.nii.gz")
        mask = nib.Nifti1Image(made.breast.astype("uint8"), made.affine)
        nib.save(mask, tmp_path / f"{name}_mask.nii.gz")
        rows.append(f"{name},{name}.nii.gz,{name}_mask.nii.gz")
    (tmp_path / "cohort.csv").write_text("\n".join(rows))
    return tmp_path


def test_a_study_of_own_pairs_has_a_dsc_for_each_of_its_patients(pairs, tmp_path):
    words = "run --protocol smoke --phases 0,1 --arm control --repetitions 1 --workers 1"
    folders = ["--data", str(pairs), "--out", str(tmp_path / "study")]
    command = [sys.executable, "-m", "helpers", *words.split(), *folders]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    table = Ledger(tmp_path / "study").table()
    assert sorted(table["patient"]) == ["anna", "berta"]
    assert table["dsc_percent"].between(0, 100).all()


def test_a_run_says_before_it_starts_how_its_grid_fits(pairs, tmp_path):
    words = "run --protocol smoke --arm control --repetitions 1 --workers 1 --folds 1"
    folders = ["--data", str(pairs), "--out", str(tmp_path / "study")]
    command = [sys.executable, "-m", "helpers", *words.split(), *folders]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    table = Ledger(tmp_path / "study").table()
    said = done.stderr.index("Grid: ceilings ")
    assert said < done.stderr.index("trainings |")
    assert ", 2 patients." in done.stderr[said:]
    assert table["ceiling_percent"].between(80, 100).all()
    assert (table["truth_ml"] > 100).all()


def test_more_folds_than_subjects_are_refused_before_any_training(pairs, tmp_path):
    rows = (pairs / "cohort.csv").read_text().splitlines()
    said = [f"{row},{word}" for row, word in zip(rows, ["subject", "x", "x"], strict=True)]
    (pairs / "cohort.csv").write_text("\n".join(said))
    words = "run --protocol smoke --arm control --workers 1"
    folders = ["--data", str(pairs), "--out", str(tmp_path / "study")]
    command = [sys.executable, "-m", "helpers", *words.split(), *folders]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.stderr.strip() == "error: 1 subjects cannot be dealt to 2 folds."
    assert not (tmp_path / "study").exists()
