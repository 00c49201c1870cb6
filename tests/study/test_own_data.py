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
