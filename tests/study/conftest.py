"""A finished SMOKE study, made by the command, for all tests of the study."""

import signal
import subprocess
import sys

import nibabel as nib
import numpy as np
import pytest


def run(folder, *more):
    """Start the command for a SMOKE study; returns the process."""
    command = [sys.executable, "-m", "helpers", "run", "--protocol", "smoke", "--out", str(folder)]
    words = {"stderr": subprocess.PIPE, "text": True, "preexec_fn": _hear_hangups}
    return subprocess.Popen([*command, *more], **words)


def _hear_hangups():
    """A test that runs under nohup hands an ignored SIGHUP on, and a command leaves it so."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture(scope="session")
def study(tmp_path_factory, cache):
    """A finished SMOKE study of three arms."""
    folder = tmp_path_factory.mktemp("study")
    arms = [word for arm in ("control", "seeds", "default") for word in ("--arm", arm)]
    done = run(folder, *arms)
    _, errors = done.communicate(timeout=400)
    assert done.returncode == 0, errors
    return folder


def write_balls(
    folder, shapes=((20, 23, 9), (21, 22, 9), (23, 20, 8)), spacing=(1.5, 1.5, 4.0), blank=()
):
    """Balls in noise as 3-D and 4-D NIfTI in turn, two images a subject, and their list."""
    rows = ["patient,image,mask,subject"]
    for number, shape in enumerate(shapes):
        rng = np.random.default_rng(number)
        away = np.indices(shape) - np.reshape(shape, (3, 1, 1, 1)) / 2
        ball = np.linalg.norm(away * np.reshape(spacing, (3, 1, 1, 1)), axis=0) < 9
        image = (rng.normal(9, 1, shape) + 4 * ball).astype("float32")
        image = np.full_like(image, 7) if number in blank else image
        image = image[..., None] if number % 2 else image
        affine = np.diag([*spacing, 1.0])
        for name, data in (("image", image), ("mask", ball.astype("uint8"))):
            nib.save(nib.Nifti1Image(data, affine), folder / f"{number}_{name}.nii.gz")
        rows.append(f"p{number},{number}_image.nii.gz,{number}_mask.nii.gz,s{number // 2}")
    (folder / "cohort.csv").write_text("\n".join(rows))
    return folder


@pytest.fixture
def balls(tmp_path):
    """A function (shapes, …) → folder with a cohort of balls."""
    return lambda **changed: write_balls(tmp_path, **changed)
