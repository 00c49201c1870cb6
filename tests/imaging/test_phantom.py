import dataclasses
import hashlib
from dataclasses import replace

import numpy as np
import pytest
from scipy import integrate

from helpers import protocol
from helpers.imaging import masks, volumes
from helpers.imaging.phantom import cohort as phantom_cohort
from helpers.imaging.phantom import contrast_agent
from helpers.imaging.phantom import patient as phantom
from helpers.imaging.phantom import patient_files as phantom_files
from helpers.imaging.phantom.anatomy import Tissue

SMALL = replace(protocol.SMOKE, patients=2, phantom_matrix=96, phantom_slices=4)
CURVES = replace(SMALL, phantom_slices=12, phantom_phases=5)
IN_BREAST = {Tissue.SKIN, Tissue.FAT, Tissue.FGT, Tissue.VESSEL, *phantom_files.LESIONS}


def digest(folder):
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    text = b"".join(str(f.relative_to(folder)).encode() + f.read_bytes() for f in files)
    return hashlib.sha256(text).hexdigest()


@pytest.fixture(scope="module")
def patient():
    return phantom.make_patient(1, SMALL)


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cohort")
    return folder, phantom_cohort.write_cohort(SMALL, folder)


def first_with(kind):
    for number in range(30):
        made = phantom.make_patient(number, CURVES)
        if (made.tissue == kind).sum() >= 25:
            return made
    raise AssertionError(f"none of 30 patients has a lesion {kind.name}")


def curve(made, kind):
    return made.data[made.tissue == kind].mean(axis=0)


def test_the_same_seed_writes_the_same_bytes(cohort, tmp_path):
    for number, folder in enumerate(cohort[1]):
        again = tmp_path / folder.name
        phantom_files.write_patient(phantom.make_patient(number, SMALL), again)
        assert digest(again) == digest(folder)


def test_another_seed_writes_other_bytes(cohort, tmp_path):
    phantom_files.write_patient(phantom.make_patient(1, replace(SMALL, phantom_seed=7)), tmp_path)
    assert digest(tmp_path) != digest(cohort[1][1])


def test_another_patient_is_another_person(patient):
    other = phantom.make_patient(0, SMALL)
    assert (other.breast != patient.breast).mean() > 0.005
    assert not np.array_equal(other.data, patient.data)


def test_the_anatomy_does_not_know_the_resolution(patient):
    fine = phantom.make_patient(1, replace(SMALL, phantom_matrix=288))
    shared = fine.breast[1::3, 1::3]
    both = 2 * (shared & patient.breast).sum() / (shared.sum() + patient.breast.sum())
    assert both > 0.98


def test_a_patient_does_not_depend_on_how_many_phases_are_taken(patient):
    longer = phantom.make_patient(1, replace(SMALL, phantom_phases=5))
    np.testing.assert_array_equal(longer.tissue, patient.tissue)


def test_the_breast_holds_nothing_but_its_own_tissues(patient):
    for made in (patient, *(phantom.make_patient(n, CURVES) for n in range(2, 8))):
        assert made.breast.any()
        assert set(np.unique(made.tissue[made.breast])) <= IN_BREAST


def test_every_glandular_and_lesion_voxel_between_the_slices_that_count_is_in_the_breast(patient):
    counted = patient.breast.any(axis=(0, 1))
    own = np.isin(patient.tissue, [Tissue.FGT, *phantom_files.LESIONS])
    assert patient.breast[:, :, counted][own[:, :, counted]].all()


def test_the_three_segments_add_up_to_the_breast_and_do_not_overlap(patient):
    labels = phantom_files.label_map(patient)
    np.testing.assert_array_equal(labels > 0, patient.breast)
    assert set(np.unique(labels)) == {0, 1, 2, 3}


def test_a_malignant_lesion_washes_out():
    signal = curve(first_with(Tissue.LESION_MALIGNANT), Tissue.LESION_MALIGNANT)
    assert signal[1] > 1.5 * signal[0]
    assert signal[4] < 0.95 * signal[1]


def test_a_benign_lesion_goes_on_enhancing():
    signal = curve(first_with(Tissue.LESION_BENIGN), Tissue.LESION_BENIGN)
    assert signal[1] > 1.1 * signal[0]
    assert (np.diff(signal) > 0).all()


def test_the_noise_in_air_is_rayleigh(patient):
    air = patient.data[3:-3, -12:-3, :, 0]
    assert air.mean() / air.std() == pytest.approx(np.sqrt(np.pi / (4 - np.pi)), rel=0.05)


def test_reading_the_files_gives_the_patient_back(cohort, patient):
    volume = volumes.read_dicom(cohort[1][1])
    np.testing.assert_array_equal(volume.data, patient.data)
    np.testing.assert_allclose(volume.affine, patient.affine, atol=1e-6)
    np.testing.assert_allclose(volume.times, patient.times)
    assert volume.patient == patient.patient


@pytest.mark.parametrize("label, name", enumerate(["Breast", "Fibroglandular tissue", "Lesion"], 1))
def test_reading_a_segment_gives_its_voxels_back(cohort, patient, label, name):
    volume = volumes.read_dicom(cohort[1][1])
    mask = masks.read_seg(cohort[1][1] / "segmentation" / "seg.dcm", volume, [name])
    np.testing.assert_array_equal(mask.voxels, phantom_files.label_map(patient) == label)


def test_reading_all_segments_gives_the_breast_back(cohort, patient):
    volume = volumes.read_dicom(cohort[1][1])
    mask = masks.read_seg(cohort[1][1] / "segmentation" / "seg.dcm", volume)
    np.testing.assert_array_equal(mask.voxels, patient.breast)


def test_a_patient_that_is_there_is_kept(cohort):
    folder, (first, _) = cohort
    before = (first / "segmentation" / "seg.dcm").stat().st_mtime_ns
    told = []
    phantom_cohort.write_cohort(SMALL, folder, told.append)
    assert (first / "segmentation" / "seg.dcm").stat().st_mtime_ns == before
    assert sorted(path.name for path in told) == ["PHANTOM_000", "PHANTOM_001"]
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


def test_the_population_input_peaks_where_parker_published_it():
    minutes = np.arange(0, 1, 0.001)
    blood = contrast_agent.population_input(minutes)
    assert minutes[blood.argmax()] == pytest.approx(0.17, abs=0.01)
    assert blood.max() == pytest.approx(6.0, abs=0.3)


def test_the_tofts_curve_agrees_with_its_integral_worked_out_slowly():
    transfer, space, plasma = 0.3, 0.4, 0.05

    def inflow(tau, t):
        blood = contrast_agent.population_input(tau) / (1 - contrast_agent.HAEMATOCRIT)
        return transfer * blood * np.exp(-transfer / space * (t - tau))

    for t in (1.0, 4.0):
        slow = integrate.quad(inflow, 0, t, args=(t,), points=(0.17, 0.365, 0.483), limit=200)[0]
        slow += plasma * contrast_agent.population_input(t) / (1 - contrast_agent.HAEMATOCRIT)
        assert contrast_agent.tofts(np.array([t]), transfer, space, plasma)[0] == pytest.approx(
            slow, rel=0.02
        )


def test_a_patient_cannot_be_changed_by_accident(patient):
    with pytest.raises(dataclasses.FrozenInstanceError):
        patient.times = np.zeros(3)
