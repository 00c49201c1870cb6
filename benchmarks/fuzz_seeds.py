"""Small intact files of every format, for fuzz.py to damage."""

import gzip
import sys
from pathlib import Path

import nibabel
import numpy as np
import pydicom

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "imaging")]

import conftest  # noqa: E402
import test_dicom  # noqa: E402


def write_study(folder):
    """The tests' tiny study as files; returns the folder."""
    folder.mkdir()
    for number in range(conftest.PHASES * conftest.SLICES):
        image = conftest._image(*divmod(number, conftest.SLICES))
        image.save_as(folder / f"{number:04d}.dcm", enforce_file_format=True)
    return folder


def write_enhanced(study, folder):
    """The tiny study as one enhanced multi-frame file; returns its path."""
    folder.mkdir()
    images = [pydicom.dcmread(path) for path in sorted(study.iterdir())]
    test_dicom.SLICES = conftest.SLICES
    whole = test_dicom.enhanced(images, range(len(images)))
    whole.save_as(folder / "whole.dcm", enforce_file_format=True)
    return folder / "whole.dcm"


def write_seg(study, path):
    """A DICOM SEG with one segment on the tiny study's first phase."""
    images = [pydicom.dcmread(p) for p in sorted(study.iterdir())[: conftest.SLICES]]
    drawn = np.zeros((conftest.SLICES, conftest.ROWS, conftest.COLUMNS), np.uint8)
    drawn[1:3, 2:5, 2:6] = 1
    conftest.write_seg(images, drawn, [conftest.described(1, "breast")], path)


def nrrd_bytes(packed=False):
    """A label map of the tiny study's grid, as 3D Slicer would write it."""
    lines = ["NRRD0005", "type: uint8", "dimension: 3", "space: left-posterior-superior"]
    lines += ["sizes: 8 6 4", "space directions: (1.5,0,0) (0,2,0) (0,0,3)"]
    lines += [f"encoding: {'gzip' if packed else 'raw'}", "space origin: (-10,-20,0)"]
    lines += ["Segment0_Name:=a", "Segment0_LabelValue:=1", "", ""]
    voxels = bytes([0, 1] * 96)
    return "\n".join(lines).encode() + (gzip.compress(voxels) if packed else voxels)


def nifti_mask_bytes(volume):
    """A label map on the grid of ``volume`` as NIfTI."""
    return nibabel.Nifti1Image((volume.data[..., 0] % 2).astype("u1"), volume.affine).to_bytes()
