"""Every way that a scanner can lay a dynamic study out, on real images and against the truth."""

import copy
from itertools import product

import nibabel
import numpy as np
import pydicom
import pytest
from pydicom.sequence import Sequence
from pydicom.uid import EnhancedMRImageStorage, generate_uid

from helpers.errors import InputError
from helpers.imaging.dicom.clock import past_midnight, read_clock
from helpers.imaging.volumes import read_dicom

TRUE_CLOCK = ["074853.7675", "081144.9025", "081346.3125", "081548.965", "081750.485"]
TRUE_TIMES = [0, 1371.135, 1492.545, 1615.1975, 1736.7175]
TIMING = (
    *("AcquisitionDateTime", "AcquisitionDate", "AcquisitionTime", "ContentTime", "ContentDate"),
    *("AcquisitionNumber", "TriggerTime", "TemporalPositionIdentifier", "SeriesTime"),
    *("InstanceCreationTime",),
)
PHASES, SLICES = 5, 10


def strip_timing(image):
    for tag in TIMING:
        if tag in image:
            delattr(image, tag)


def merge(images, tag, values, by_slice=False):
    """The images as one series whose phases only ``tag`` tells apart."""
    series = generate_uid()
    for number, image in enumerate(images):
        phase, level = divmod(number, SLICES)
        strip_timing(image)
        image.SeriesInstanceUID, image.SeriesNumber = series, 2
        image.SeriesDescription = image.ProtocolName = "dynamic"
        level = SLICES - 1 - level  # the scanner counts from the top
        own = level * PHASES + phase if by_slice else phase * SLICES + level
        image.InstanceNumber = 1 + own
        setattr(image, tag, values[phase])
    return images


def seconds_of(clock):
    return [int(t[:2]) * 3600 + int(t[2:4]) * 60 + float(t[4:]) for t in clock]


def truth(images):
    """Voxels by the slow obvious way: a loop over phases and slices, rows and columns turned."""
    data = np.zeros((448, 448, SLICES, PHASES), np.float32)
    for number, image in enumerate(images):
        phase, level = divmod(number, SLICES)
        data[:, :, level, phase] = image.pixel_array[::-1, ::-1].T
    return data


@pytest.fixture
def real_truth(real_images):
    return truth(real_images)


def test_one_series_a_phase_equals_dcm2niix_and_the_clock(real_study, real_truth, dcm2niix):
    volume = read_dicom(real_study / "dicom_slab")
    assert np.array_equal(volume.data, real_truth)
    assert np.allclose(volume.times, TRUE_TIMES)
    images = dcm2niix(real_study / "dicom_slab")
    images.sort(key=lambda i: int(i.get_filename().rsplit("/", 1)[1].split("_")[0]))
    assert len(images) == PHASES
    for phase, image in enumerate(images):
        assert np.array_equal(volume.data[..., phase], image.get_fdata())
        assert np.allclose(volume.affine, image.affine)


TRIGGERS = [str(1000 * (s - seconds_of(TRUE_CLOCK)[0])) for s in seconds_of(TRUE_CLOCK)]
TRIGGERS = [f"{float(t):.1f}" for t in TRIGGERS]


@pytest.mark.parametrize("by_slice", [False, True], ids=["phase by phase", "slice by slice"])
@pytest.mark.parametrize(
    ("tag", "values", "times"),
    [
        ("TemporalPositionIdentifier", [1, 2, 3, 4, 5], None),
        ("TriggerTime", TRIGGERS, TRUE_TIMES),
        ("AcquisitionTime", TRUE_CLOCK, TRUE_TIMES),
        ("AcquisitionDateTime", ["20200101" + clock for clock in TRUE_CLOCK], TRUE_TIMES),
        ("AcquisitionNumber", [3, 4, 7, 11, 12], None),
        ("ContentTime", TRUE_CLOCK, None),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
@pytest.mark.filterwarnings("ignore:.*only the order of the phases is known")
def test_a_merged_series_comes_apart_by(
    tag, values, times, by_slice, real_images, real_truth, save_images
):
    volume = read_dicom(save_images(merge(real_images, tag, values, by_slice)))
    assert np.array_equal(volume.data, real_truth)
    if times is None:
        assert np.isnan(volume.times).all()
    else:
        assert np.allclose(volume.times, times, atol=1e-3)


def test_a_merged_series_phase_by_phase_equals_dcm2niix(real_images, save_images, dcm2niix):
    merge(real_images, "TemporalPositionIdentifier", [1, 2, 3, 4, 5])
    for number, image in enumerate(real_images):
        image.AcquisitionTime = TRUE_CLOCK[number // SLICES]
    folder = save_images(real_images)
    volume, (converted,) = read_dicom(folder), dcm2niix(folder)
    straight = nibabel.as_closest_canonical(converted)  # 4-D: dcm2niix leaves x as stored
    assert np.array_equal(volume.data, straight.get_fdata())
    assert np.allclose(volume.affine, straight.affine)
    assert np.allclose(volume.times, TRUE_TIMES)


def test_merged_and_only_acquisition_time_is_right_where_dcm2niix_scrambles(
    real_images, real_truth, save_images, dcm2niix
):
    folder = save_images(merge(real_images, "AcquisitionTime", TRUE_CLOCK, by_slice=True))
    (converted,) = dcm2niix(folder)
    assert converted.shape == real_truth.shape
    voxels = converted.get_fdata()
    for x, y, z in product((1, -1), repeat=3):
        assert not np.array_equal(voxels[::x, ::y, ::z], real_truth)
    assert np.array_equal(read_dicom(folder).data, real_truth)


def test_pre_alone_and_all_post_phases_in_one_series(real_images, real_truth, save_images):
    series = generate_uid()
    for number, image in enumerate(real_images[SLICES:]):
        image.SeriesInstanceUID = series
        image.TemporalPositionIdentifier = 1 + number // SLICES
    volume = read_dicom(save_images(real_images))
    assert np.array_equal(volume.data, real_truth)
    assert np.allclose(volume.times, TRUE_TIMES)


def test_post_phases_that_share_their_start_are_parted_by_trigger_delay(
    real_images, real_truth, save_images
):
    for number, image in enumerate(real_images):
        phase = number // SLICES
        image.SeriesNumber = 9 - phase
        if phase:
            image.AcquisitionTime = TRUE_CLOCK[1]
            image.TriggerTime = f"{100_000 * (phase - 1)}"
    volume = read_dicom(save_images(real_images))
    assert np.array_equal(volume.data, real_truth)
    assert np.allclose(volume.times, [0, 1371.135, 1471.135, 1571.135, 1671.135])


def test_series_without_any_time_follow_their_numbers_and_say_so(
    real_images, real_truth, save_images
):
    for image in real_images:
        strip_timing(image)
    folder = save_images(real_images)
    with pytest.warns(UserWarning, match="only the order of the phases is known"):
        volume = read_dicom(folder)
    assert np.array_equal(volume.data, real_truth)
    assert np.isnan(volume.times).all()


def enhanced(images, order):
    """Images as one Enhanced MR file, frames in the given order."""
    first = images[0]
    whole = pydicom.Dataset()
    whole.file_meta = first.file_meta
    whole.file_meta.MediaStorageSOPClassUID = whole.SOPClassUID = EnhancedMRImageStorage
    for tag in ("PatientID", "StudyInstanceUID", "FrameOfReferenceUID", "Modality", "Rows"):
        setattr(whole, tag, getattr(first, tag))
    for tag in ("Columns", "SamplesPerPixel", "BitsAllocated", "BitsStored", "HighBit"):
        setattr(whole, tag, getattr(first, tag))
    whole.PhotometricInterpretation = first.PhotometricInterpretation
    whole.PixelRepresentation = first.PixelRepresentation
    whole.SOPInstanceUID = whole.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    whole.SeriesInstanceUID, whole.NumberOfFrames = "1.2.3", len(images)
    whole.SharedFunctionalGroupsSequence = Sequence([shared_group(first)])
    groups = [own_group(images[i], i // SLICES) for i in order]
    whole.PerFrameFunctionalGroupsSequence = Sequence(groups)
    whole.PixelData = b"".join(images[i].PixelData for i in order)
    return whole


def item(**tags):
    dataset = pydicom.Dataset()
    for name, value in tags.items():
        setattr(dataset, name, value)
    return dataset


def shared_group(image):
    orientation = item(ImageOrientationPatient=image.ImageOrientationPatient)
    measures = item(PixelSpacing=image.PixelSpacing, SliceThickness=image.SliceThickness)
    return item(
        PlaneOrientationSequence=Sequence([orientation]),
        PixelMeasuresSequence=Sequence([measures]),
    )


def own_group(image, phase):
    stamp = "20200101" + TRUE_CLOCK[phase]
    content = item(TemporalPositionIndex=phase + 1, FrameAcquisitionDateTime=stamp)
    position = item(ImagePositionPatient=image.ImagePositionPatient)
    values = item(RescaleSlope="2", RescaleIntercept=str(-10 * phase), RescaleType="US")
    return item(
        FrameContentSequence=Sequence([content]),
        PlanePositionSequence=Sequence([position]),
        PixelValueTransformationSequence=Sequence([values]),
    )


def test_enhanced_multi_frame_in_any_order_of_frames(real_images, real_truth, save_images):
    order = np.random.default_rng(1).permutation(len(real_images)).tolist()
    volume = read_dicom(save_images([enhanced(real_images, order)]))
    assert np.array_equal(volume.data, 2 * real_truth - 10 * np.arange(5, dtype=np.float32))
    assert np.allclose(volume.times, TRUE_TIMES)


def test_file_names_and_instance_numbers_decide_nothing(tiny_images, save_images):
    straight = read_dicom(save_images(tiny_images, "straight"))
    for number, image in enumerate(tiny_images):
        image.InstanceNumber = 100 - number
    turned = read_dicom(save_images(tiny_images[::-1], "turned"))
    assert np.array_equal(straight.data, turned.data)


def test_a_study_over_midnight_keeps_its_order_and_times(tiny_images, save_images):
    clock = ["235930.000", "000030.000", "000130.000"]
    for number, image in enumerate(tiny_images):
        image.AcquisitionTime = clock[number // 4]
    assert np.allclose(read_dicom(save_images(tiny_images)).times, [0, 60, 120])


def test_dates_carry_a_study_over_midnight_too(tiny_images, save_images):
    clock = [("20191231", "235930"), ("20200101", "000030"), ("20200101", "000130")]
    for number, image in enumerate(tiny_images):
        image.AcquisitionDate, image.AcquisitionTime = clock[number // 4]
    assert np.allclose(read_dicom(save_images(tiny_images)).times, [0, 60, 120])


def test_other_modalities_dicomdir_and_side_files_are_passed_over(tiny_images, save_images):
    folder = save_images(tiny_images)
    extra = copy.deepcopy(tiny_images[0])
    extra.Modality = "PR"
    extra.save_as(folder / "presentation.dcm", enforce_file_format=True)
    (folder / "DICOMDIR").write_bytes(bytes(128) + b"DICM" + b"follow me")
    (folder / ".DS_Store").write_bytes(b"\0\0\0\1Bud1")
    (folder / "notes.txt").write_text("the left breast")
    assert read_dicom(folder).data.shape == (8, 6, 4, 3)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("074853.7675", 28133.7675), ("235959", 86399.0), ("07:48:53", 28133.0), ("", None)],
)
def test_a_time_is_read_in_seconds(text, seconds):
    assert read_clock(None, None, text) == seconds


@pytest.mark.parametrize("text", ["999999", "07", "noon", "-10000", "12345678901"])
def test_a_time_that_is_none_is_unknown(text):
    assert read_clock(None, None, text) is None


def test_a_stamp_goes_before_date_and_time_and_loses_its_zone():
    stamp = read_clock("20200101074853.5+0100", "19990101", "010101")
    assert stamp == read_clock(None, "20200101", "074853.5")


def test_only_times_half_a_day_behind_are_past_midnight():
    assert past_midnight([86000.0, 100.0, 200.0]) == [86000.0, 86500.0, 86600.0]
    assert past_midnight([100.0, 200.0, None]) == [100.0, 200.0, None]


def test_times_against_the_order_of_the_phases_are_refused(tiny_images, save_images):
    for number, image in enumerate(tiny_images):
        image.SeriesInstanceUID = "1.2.3"
        image.TemporalPositionIdentifier = 3 - number // 4
    with pytest.raises(InputError, match="contradict"):
        read_dicom(save_images(tiny_images))
