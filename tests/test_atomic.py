"""Files that appear whole or not at all, with the rights that their user asks for."""

import errno
import os
import subprocess
import sys

import pytest

from helpers import atomic
from helpers.errors import InputError


@pytest.mark.parametrize(("mask", "mode"), [(0o077, 0o600), (0o022, 0o644), (0o002, 0o664)])
def test_a_file_has_the_rights_that_the_users_umask_leaves(tmp_path, mask, mode):
    before = os.umask(mask)
    try:
        path = atomic.write_bytes(tmp_path / "a.json", b"{}")
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == mode


def test_everything_a_command_writes_has_the_rights_that_the_umask_leaves(tmp_path):
    """NIfTI, sidecar, locks, claims, phantom patients: no call asks for more or for less."""
    code = """
import os, sys
from dataclasses import replace
from pathlib import Path
import nibabel, numpy as np
os.umask(0o002)
from helpers.imaging import nifti
from helpers.imaging.phantom.cohort import write_cohort
from helpers.protocol import SMOKE
from helpers.study import locks
from helpers.study.cell_claims import Claims
from helpers.study.missing_cells import Cell
if __name__ == "__main__":
    here = Path(sys.argv[1])
    write_cohort(replace(SMOKE, phantom_matrix=32, phantom_slices=2, patients=2), here / "cohort")
    nifti.write_voxels(np.zeros((4, 4, 2, 1), "float32"), np.eye(4), here / "a.nii.gz")
    with Claims(here) as claims:
        claims.take(Cell("control", 0, 0))
        for path in here.rglob("*"):
            wanted = 0o775 if path.is_dir() else 0o664
            assert path.stat().st_mode & 0o777 == wanted, (path, oct(path.stat().st_mode))
        assert len(list(here.rglob("*"))) > 12
"""
    script = tmp_path / "script.py"
    script.write_text(code)
    out = tmp_path / "out"
    out.mkdir(mode=0o775)
    out.chmod(0o775)
    environment = os.environ | {"PYTHONPATH": os.getcwd()}
    done = subprocess.run([sys.executable, script, out], env=environment, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()


def test_a_folder_that_cannot_be_synced_is_no_failure(tmp_path, monkeypatch):
    real = os.fsync

    def fsync(descriptor):
        if os.path.isdir(f"/proc/self/fd/{descriptor}"):
            raise OSError(errno.EINVAL, "Invalid argument")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    assert atomic.write_bytes(tmp_path / "a", b"whole").read_bytes() == b"whole"


def test_where_folders_cannot_be_opened_as_on_windows_files_are_written_all_the_same(
    tmp_path, monkeypatch
):
    real = os.open

    def no_folders(path, *more, **named):
        if os.path.isdir(path):
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(path, *more, **named)

    monkeypatch.setattr(os, "open", no_folders)
    assert atomic.write_bytes(tmp_path / "a", b"whole").read_bytes() == b"whole"
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


def test_a_name_as_long_as_the_disk_allows_is_written_and_a_longer_one_is_named(tmp_path):
    assert atomic.write_bytes(tmp_path / ("a" * 255), b"1").exists()
    with pytest.raises(InputError, match="could not be written: File name too long"):
        atomic.write_bytes(tmp_path / ("a" * 256), b"1")
    assert [len(p.name) for p in tmp_path.iterdir()] == [255]


def test_an_error_inside_the_block_leaves_the_old_file_and_nothing_else(tmp_path):
    path = atomic.write_bytes(tmp_path / "a", b"old")
    with pytest.raises(ZeroDivisionError), atomic.replacing(path) as temporary:
        temporary.write_bytes(b"new")
        raise ZeroDivisionError
    assert path.read_bytes() == b"old" and len(list(tmp_path.iterdir())) == 1
