"""Preprocessing against slow, obvious versions, and the way back."""

import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from helpers.errors import InputError
from helpers.imaging import dsc, folds, resampling, slices
from helpers.imaging.masks import Mask
from helpers.imaging.volumes import Volume
from helpers.protocol import DEMO


def _volume(rng, shape=(96, 80, 3, 2), spacing=(2.0, 2.5, 4.0), flips=(1, 1, 1)):
    affine = np.diag([*np.multiply(spacing, flips), 1.0])
    data = rng.uniform(0, 100, shape).astype("float32")
    return Volume(data, affine, np.array([0.0, 60.0]), "someone", "")


def _mask(voxels):
    return Mask(voxels, np.ones(voxels.shape[2], bool), ("Breast",))


def _block(shape):
    voxels = np.zeros(shape, bool)
    voxels[20:70, 30:60, 1:] = True
    return voxels


def test_area_mean_is_the_mean_of_many_points_inside_each_pixel():
    rng = np.random.default_rng(0)
    data = rng.uniform(0, 1, (1, 1, 30, 30)).astype("float32")
    protocol = replace(DEMO, size=16, spacing=2.5, depth=2)
    fast = resampling.area_mean(data, (2.0, 2.0), protocol)[0, 0]
    points = np.kron(data[0, 0], np.ones((20, 20)))[100:500, 100:500]  # 0.1 mm apart
    np.testing.assert_allclose(fast, points.reshape(16, 25, 16, 25).mean((1, 3)), atol=1e-5)


def test_slices_do_not_depend_on_the_threads_of_the_machine():
    """The digest of a prepared volume is the same with one and with two BLAS threads."""
    code = (
        "import numpy as np; from helpers.imaging import resampling;"
        "from helpers.protocol import DEMO;"
        "data = np.random.default_rng(0).uniform(0, 900, (6, 2, 448, 448)).astype('float32');"
        "from hashlib import sha256;"
        "print(sha256(resampling.area_mean(data, (0.76, 0.76), DEMO).tobytes()).hexdigest())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"OPENBLAS_NUM_THREADS": threads},
            check=True,
            capture_output=True,
        ).stdout
        for threads in ("1", "2")
    }
    assert len(found) == 1


def test_a_mask_is_never_interpolated_and_its_majority_decides():
    volume = _volume(np.random.default_rng(0))
    prepared = slices.prepare(volume, _mask(_block(volume.data.shape[:3])), DEMO)
    assert set(np.unique(prepared.masks)) == {0.0, 1.0}
    area = prepared.masks[1].sum() * DEMO.spacing**2
    assert area == pytest.approx(50 * 30 * 2.0 * 2.5, rel=0.1)


def test_there_and_back_is_exact_when_the_grids_are_the_same():
    volume = _volume(np.random.default_rng(0), (64, 64, 3, 2), (3.0, 3.0, 4.0))
    same = replace(DEMO, size=64, spacing=3.0)
    prepared = slices.prepare(volume, _mask(_block((64, 64, 3))), same)
    assert dsc.round_trip_ceiling(prepared, same) == 100.0


@pytest.mark.parametrize("flips", [(-1, 1, 1), (1, -1, 1), (-1, -1, -1)])
def test_a_flipped_grid_gives_the_same_slices_upright(flips):
    rng = np.random.default_rng(1)
    straight = _volume(rng)
    voxels = _block(straight.data.shape[:3])
    turned = Volume(
        straight.data[:: flips[0], :: flips[1], :: flips[2]],
        np.diag([*np.multiply((2.0, 2.5, 4.0), flips), 1.0]),
        straight.times,
        "someone",
        "",
    )
    one = slices.prepare(straight, _mask(voxels), DEMO)
    two = slices.prepare(turned, _mask(voxels[:: flips[0], :: flips[1], :: flips[2]]), DEMO)
    np.testing.assert_allclose(one.images, two.images, atol=1e-5)
    np.testing.assert_array_equal(one.truth, two.truth)


def test_normalised_images_have_zero_mean_and_unit_sd_in_the_first_phase():
    volume = _volume(np.random.default_rng(2))
    prepared = slices.prepare(volume, _mask(_block(volume.data.shape[:3])), DEMO)
    assert abs(prepared.images[..., 0].mean()) < 1e-4
    assert prepared.images[..., 0].std() == pytest.approx(1, abs=1e-4)


def test_dsc_is_twice_the_overlap_over_the_sum():
    one, other = np.zeros((2, 10), bool), np.zeros((2, 10), bool)
    one[0, :6], other[0, 3:9] = True, True
    assert dsc.dsc_percent(one, other) == pytest.approx(100 * 2 * 3 / 12)
    assert dsc.dsc_percent(one, ~one) == 0
    assert dsc.dsc_percent(one & ~one, one & ~one) == 100


def test_unlabelled_slices_do_not_count():
    volume = _volume(np.random.default_rng(3))
    voxels = _block(volume.data.shape[:3])
    known = Mask(voxels, np.array([False, True, False]), ("Breast",))
    prepared = slices.prepare(volume, known, DEMO)
    wrong_elsewhere = prepared.truth.copy()
    wrong_elsewhere[2] = False
    assert dsc.patient_dsc(wrong_elsewhere, prepared) == 100.0


def test_42_patients_in_10_folds_are_eight_of_four_and_two_of_five():
    patients = [f"P{i:02d}" for i in range(42)]
    dealt = folds.patient_folds(patients, 10, 2018)
    assert sorted(map(len, dealt)) == [4] * 8 + [5] * 2
    assert sorted(sum(dealt, [])) == patients


def test_folds_follow_their_seed_and_not_the_order_of_the_list():
    patients = [f"P{i:02d}" for i in range(20)]
    assert folds.patient_folds(patients, 5, 1) == folds.patient_folds(patients[::-1], 5, 1)
    assert folds.patient_folds(patients, 5, 1) != folds.patient_folds(patients, 5, 2)


def test_a_missing_phase_is_named():
    volume = _volume(np.random.default_rng(0))
    with pytest.raises(InputError, match="needs phase 4"):
        slices.prepare(volume, _mask(_block(volume.data.shape[:3])), replace(DEMO, phases=(0, 4)))


@pytest.mark.parametrize(
    "phases",
    [(-1,), (1, 1), (0, -2), (), (0.0, 1.0), (0.5,), (True,), ("0",), (None,), (0, 1, 0)],
    ids=str,
)
def test_phases_that_are_no_different_numbers_from_0_are_refused(phases):
    volume = _volume(np.random.default_rng(0))
    with pytest.raises(InputError, match="not different numbers from 0"):
        slices.prepare(volume, _mask(_block(volume.data.shape[:3])), replace(DEMO, phases=phases))


@pytest.mark.parametrize("phases", [(1, 0), (1,), (np.int64(0), np.int64(1))], ids=str)
def test_phases_in_any_order_are_channels_in_that_order(phases):
    volume = _volume(np.random.default_rng(0))
    mask = _mask(_block(volume.data.shape[:3]))
    prepared = slices.prepare(volume, mask, replace(DEMO, phases=phases))
    assert prepared.images.shape[-1] == len(phases)
    assert prepared.images[..., 0].std() == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("value", [0, 700, 1e-9])
@pytest.mark.parametrize("phase", [0, 1])
@pytest.mark.parametrize("shape", [(96, 80, 3, 2), (300, 300, 3, 2)], ids=["padded", "cropped"])
def test_a_phase_that_is_blank_is_refused_by_patient_and_number(value, phase, shape):
    volume = _volume(np.random.default_rng(0), shape)
    volume.data[..., phase] = value
    with pytest.raises(InputError, match=f"someone: phase {phase} has the same value everywhere"):
        slices.prepare(volume, _mask(_block(shape[:3])), DEMO)


def test_a_phase_that_is_blank_where_the_network_looks_is_refused():
    volume = _volume(np.random.default_rng(0), (400, 400, 3, 2))
    volume.data[20:380, 20:380, :, 1] = 700
    mask = _mask(_block((400, 400, 3)))
    mask.voxels[150:250, 150:250] = True
    with pytest.raises(InputError, match="someone: phase 1 has the same value"):
        slices.prepare(volume, mask, DEMO)


def test_a_blank_phase_that_is_no_channel_does_not_matter():
    volume = _volume(np.random.default_rng(0))
    volume.data[..., 1] = 0
    mask = _mask(_block(volume.data.shape[:3]))
    assert slices.prepare(volume, mask, replace(DEMO, phases=(0,))).images.any()


def test_images_are_as_large_as_their_contrast_and_no_larger():
    volume = _volume(np.random.default_rng(0))
    volume.data[..., 0] = 1e-4 * volume.data[..., 0] + 500
    mask = _mask(_block(volume.data.shape[:3]))
    assert np.isfinite(slices.prepare(volume, mask, DEMO).images).all()
    with pytest.raises(InputError, match="same value everywhere"):
        slices.normalise(np.ones((2, 3, 3, 1), np.float32))


@pytest.mark.parametrize("where", ["outside", "thin", "unlabelled"])
def test_a_mask_that_is_empty_on_the_networks_grid_is_refused(where):
    volume = _volume(np.random.default_rng(0), (400, 400, 3, 2))
    voxels, labelled = np.zeros((400, 400, 3), bool), np.ones(3, bool)
    if where == "outside":
        voxels[:20, :20] = True
    elif where == "thin":
        voxels[200, 200, 1] = True
    else:
        voxels[150:250, 150:250, 1], labelled[1] = True, False
    with pytest.raises(InputError, match="someone: its mask is empty on the protocol's grid"):
        slices.prepare(volume, Mask(voxels, labelled, ("Breast",)), DEMO)


def test_the_real_patients_ceiling_is_the_published_one(real_study):
    """A hand-drawn whole-breast outline of patient 153 through 64 × 64 and back: 95.5–97.9 %."""
    import nibabel as nib

    found = nib.load(real_study / "duke153_manual_labels_sparse_448x448x160.nii.gz")
    labels = np.asarray(found.dataobj)[..., [18, 56, 137]] > 0
    data = np.random.default_rng(0).uniform(0, 1, (*labels.shape, 2)).astype("float32")
    volume = Volume(data, found.affine, np.array([0.0, 1.0]), "153", "")
    for k in range(3):
        one = Mask(labels, np.arange(3) == k, ("whole breast",))
        coarse = slices.prepare(volume, one, DEMO)
        fine = slices.prepare(volume, one, replace(DEMO, size=128, spacing=2.65625))
        assert 95.4 < dsc.round_trip_ceiling(coarse, DEMO) < 98.0
        assert dsc.round_trip_ceiling(fine, replace(DEMO, size=128, spacing=2.65625)) > 97.8
