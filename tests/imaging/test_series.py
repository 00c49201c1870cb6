"""Phases repeat one acquisition: what else lies on their grid is left out, or refused by name."""

import copy

import nibabel
import numpy as np
import pydicom
import pytest
from pydicom.sequence import Sequence
from pydicom.uid import EnhancedMRImageStorage, generate_uid

from helpers.__main__ import main
from helpers.errors import InputError
from helpers.imaging.dicom.kinds import Kind, tell_apart
from helpers.imaging.volumes import extract, read_dicom

LATER = {"AcquisitionTime": "100130.500000"}  # between the second phase and the third
ORIGINAL = ["ORIGINAL", "PRIMARY", "M", "ND"]


@pytest.fixture
def dynamic(tiny_images):
    """The tiny study with what a scanner says of how it was made; its series are 10, 9 and 8."""
    for image in tiny_images:
        image.ImageType, image.FlipAngle = ORIGINAL, "12"
        image.EchoTime, image.RepetitionTime = "1.39", "4.12"
    return tiny_images


def another(images, phase=1, number=20, **tags):
    """A series of other voxels on the grid of a phase, with ``tags`` of its own."""
    made = copy.deepcopy(images[4 * phase : 4 * phase + 4])
    series = generate_uid()
    for image in made:
        image.SeriesInstanceUID, image.SeriesNumber = series, number
        renew(image)
        image.PixelData = (np.frombuffer(image.PixelData, "<u2") + 77).tobytes()
        for name, value in tags.items():
            setattr(image, name, value)
    return made


def renew(image):
    image.SOPInstanceUID = image.file_meta.MediaStorageSOPInstanceUID = generate_uid()


@pytest.fixture
def truth(dynamic, save_images):
    return read_dicom(save_images(dynamic, "truth")).data


DERIVED = {
    "a subtraction": {"ImageType": ["DERIVED", "SECONDARY", "M", "SUB"]},
    "a projection through all slices": {
        "ImageType": ["DERIVED", "SECONDARY", "M", "MIP"],
        "ImageOrientationPatient": [0, 1, 0, 0, 0, -1],
    },
    "a map of another size": {
        "ImageType": ["DERIVED", "PRIMARY", "T1 MAP"],
        "Rows": 3,
        "FrameOfReferenceUID": "1.2.3",
    },
    "a registered copy": {"ImageType": ["DERIVED", "PRIMARY", "M", "REG"]},
}


@pytest.mark.parametrize("tags", DERIVED.values(), ids=DERIVED.keys())
def test_what_is_derived_beside_originals_is_left_out_and_named(tags, dynamic, save_images, truth):
    folder = save_images(dynamic + another(dynamic, **tags))
    with pytest.warns(UserWarning, match="series 20 left out, being derived"):
        volume = read_dicom(folder)
    assert np.array_equal(volume.data, truth)
    assert np.allclose(volume.times, [0, 60, 120])


def test_the_originals_beside_a_subtraction_are_those_of_dcm2niix(dynamic, save_images, dcm2niix):
    for number, image in enumerate(dynamic):
        image.InstanceNumber = 1 + number % 4
    folder = save_images(dynamic + another(dynamic, **DERIVED["a subtraction"]))
    with pytest.warns(UserWarning, match="series 20"):
        volume = read_dicom(folder)
    found = {i.get_filename().rsplit("/", 1)[1].split("_")[0]: i for i in dcm2niix(folder)}
    for phase, number in enumerate(("10", "9", "8")):
        straight = nibabel.as_closest_canonical(found[number])
        assert np.array_equal(volume.data[..., phase], straight.get_fdata())


def test_derived_images_inside_the_series_of_the_originals_are_left_out(
    dynamic, save_images, truth
):
    inside = another(dynamic, ImageType=["DERIVED", "SECONDARY", "M", "SUB"])
    for image in inside:
        image.SeriesInstanceUID, image.SeriesNumber = dynamic[4].SeriesInstanceUID, 9
    with pytest.warns(UserWarning, match="series 9 left out, being derived"):
        volume = read_dicom(save_images(dynamic + inside))
    assert np.array_equal(volume.data, truth)


def test_a_study_that_is_derived_as_a_whole_is_one(dynamic, save_images, truth):
    for image in dynamic:
        image.ImageType = ["DERIVED", "PRIMARY", "M", "REG"]
    assert np.array_equal(read_dicom(save_images(dynamic)).data, truth)


def test_registered_phases_beside_an_original_one_are_for_a_person_to_choose(
    dynamic, save_images, truth
):
    for image in dynamic[4:]:
        image.ImageType = ["DERIVED", "PRIMARY", "M", "REG"]
    folder = save_images(dynamic)
    with pytest.raises(InputError, match="10 is original and too few, series 8 and 9 derived"):
        read_dicom(folder)
    assert np.array_equal(read_dicom(folder, series=(8, 9, 10)).data, truth)


OTHER = {
    "a normalised copy": ({"ImageType": ["ORIGINAL", "PRIMARY", "M", "NORM"]}, "kind of image"),
    "a copy corrected for distortion": (
        {"ImageType": ["ORIGINAL", "PRIMARY", "M", "DIS2D"]},
        "kind of image",
    ),
    "a phase image": ({"ImageType": ["ORIGINAL", "PRIMARY", "P", "ND"]}, "kind of image"),
    "water": ({"ImageType": [*ORIGINAL, "WATER"]}, "kind of image"),
    "out of phase": ({"ImageType": [*ORIGINAL, "OUT_PHASE"]}, "kind of image"),
    "an imaginary part": ({"ComplexImageComponent": "IMAGINARY"}, "kind of image"),
    "another flip angle": ({"FlipAngle": "2"} | LATER, "flip angle"),
    "a slightly other flip angle": ({"FlipAngle": "12.5"} | LATER, "flip angle"),
    "another echo": ({"EchoTime": "2.46"} | LATER, "echo time"),
    "another repetition time": ({"RepetitionTime": "5"} | LATER, "repetition time"),
    "an inversion": ({"InversionTime": "180"} | LATER, "inversion time"),
    "diffusion": ({"DiffusionBValue": 800.0} | LATER, "diffusion"),
    "diffusion that only the sequence's name tells": (
        {"SequenceName": "*ep_b800t"} | LATER,
        "diffusion",
    ),
}


@pytest.mark.parametrize(("tags", "differ"), OTHER.values(), ids=OTHER.keys())
def test_an_original_of_another_kind_is_refused_until_a_person_chooses(
    tags, differ, dynamic, save_images, truth, tmp_path
):
    for image in dynamic:
        image.ComplexImageComponent = "MAGNITUDE"
    folder = save_images(dynamic + another(dynamic, **tags))
    with pytest.raises(InputError) as caught:
        read_dicom(folder)
    assert f"series (8, 9 and 10) and (20) differ in {differ}: " in str(caught.value)
    assert "extract --series 8,9,10" in str(caught.value)
    assert np.array_equal(read_dicom(folder, series=(8, 9, 10)).data, truth)
    arguments = ["extract", str(folder), "--out", str(tmp_path / "study.nii")]
    assert main(arguments) == 2
    assert main([*arguments, "--series", "8,9,10"]) == 0
    assert np.array_equal(nibabel.load(tmp_path / "study.nii").get_fdata(), truth)


def test_rounding_makes_no_other_kind_and_neither_does_what_a_header_lost(
    dynamic, save_images, truth
):
    for image in dynamic[4:8]:
        image.FlipAngle, image.EchoTime, image.RepetitionTime = "12.0001", "1.4", "4.119999"
    for image in dynamic[8:]:
        del image.ImageType, image.FlipAngle
    assert np.array_equal(read_dicom(save_images(dynamic)).data, truth)


def test_two_diffusion_directions_are_two_kinds():
    one, other = (Kind(diffusion=800.0, direction=d) for d in [(1.0, 0.0, 0.0), (0.0, 1.0, 0.0)])
    assert tell_apart([one, other])[1] == ["diffusion"]
    assert tell_apart([one, Kind(diffusion=801.0, direction=(1.0, 0.0, 0.0))])[1] == []


def test_two_flip_angles_of_equal_rank_are_named_both(dynamic, save_images):
    for image in dynamic[4:8]:
        image.FlipAngle = "5"
    for image in dynamic[8:]:
        image.FlipAngle, image.EchoTime = "20", "3"
    with pytest.raises(InputError, match=r"\(8\) and \(9\) and \(10\) differ in echo time and fl"):
        read_dicom(save_images(dynamic))


def test_two_echoes_inside_one_series_are_refused(dynamic, save_images):
    inside = another(dynamic, EchoTime="2.46")
    for image in inside:
        image.SeriesInstanceUID, image.SeriesNumber = dynamic[4].SeriesInstanceUID, 9
    with pytest.raises(InputError, match="inside its series .* differ in echo time.*keep one kind"):
        read_dicom(save_images(dynamic + inside))


def group(**sequences):
    """A functional group: {sequence: {tag: value}}."""
    made = pydicom.Dataset()
    for name, tags in sequences.items():
        item = pydicom.Dataset()
        for tag, value in tags.items():
            setattr(item, tag, value)
        setattr(made, name, Sequence([item]))
    return made


@pytest.fixture
def enhanced(dynamic):
    """Two phases of one slice as an enhanced file; its frames differ in their time alone."""
    whole = copy.deepcopy(dynamic[0])
    whole.SOPClassUID = whole.file_meta.MediaStorageSOPClassUID = EnhancedMRImageStorage
    whole.NumberOfFrames, whole.PixelData = 2, dynamic[0].PixelData + dynamic[4].PixelData
    clock = ["20200101100000", "20200101100100"]
    groups = [group(FrameContentSequence={"FrameAcquisitionDateTime": c}) for c in clock]
    whole.PerFrameFunctionalGroupsSequence = Sequence(groups)
    return whole


def test_an_enhanced_file_of_one_kind_is_read(enhanced, save_images):
    assert np.allclose(read_dicom(save_images([enhanced])).times, [0, 60])


@pytest.mark.parametrize(
    ("sequence", "tags", "differ"),
    [
        ("MREchoSequence", {"EffectiveEchoTime": 4.6}, "echo time"),
        ("MRTimingAndRelatedParametersSequence", {"FlipAngle": 3.0}, "flip angle"),
        ("MRTimingAndRelatedParametersSequence", {"RepetitionTime": 9.0}, "repetition time"),
        ("MRDiffusionSequence", {"DiffusionBValue": 50.0}, "diffusion"),
        ("MRImageFrameTypeSequence", {"FrameType": [*ORIGINAL, "FAT"]}, "kind of image"),
        ("MRImageFrameTypeSequence", {"ComplexImageComponent": "PHASE"}, "kind of image"),
        ("MRModifierSequence", {"InversionTimes": [200.0]}, "inversion time"),
    ],
)
def test_frames_of_an_enhanced_file_that_differ_are_no_phases(
    sequence, tags, differ, enhanced, save_images
):
    one, other = enhanced.PerFrameFunctionalGroupsSequence
    if "ComplexImageComponent" in tags:
        one.update(group(**{sequence: {"ComplexImageComponent": "MAGNITUDE"}}))
    other.update(group(**{sequence: tags}))
    with pytest.raises(InputError, match=f"inside its series .* differ in {differ}"):
        read_dicom(save_images([enhanced]))


def test_gradient_directions_inside_an_enhanced_file_are_told_apart(enhanced, save_images):
    for number, own in enumerate(enhanced.PerFrameFunctionalGroupsSequence):
        along = {"DiffusionGradientOrientation": [1.0 - number, 1.0 * number, 0.0]}
        own.update(group(MRDiffusionSequence={"DiffusionBValue": 800.0}))
        own.MRDiffusionSequence[0].update(group(DiffusionGradientDirectionSequence=along))
    with pytest.raises(InputError, match="differ in diffusion"):
        read_dicom(save_images([enhanced]))


@pytest.mark.parametrize("word", ["MOSAIC", "mosaic "])
@pytest.mark.filterwarnings("ignore::UserWarning:pydicom")
def test_a_tiled_picture_is_no_slice(word, dynamic, save_images, truth):
    tiled = another(dynamic, ImageType=[*ORIGINAL, word], **LATER)
    with pytest.warns(UserWarning, match="series 20 left out, being tiled"):
        volume = read_dicom(save_images(dynamic + tiled))
    assert np.array_equal(volume.data, truth)
    for image in dynamic:
        image.ImageType = [*ORIGINAL, word]
    folder = save_images(dynamic, "tiles")
    for series in (None, (8, 9)):
        with pytest.raises(InputError, match="tiled"):
            read_dicom(folder, series=series)


def test_pictures_of_one_moment_are_no_two_phases(dynamic, save_images):
    folder = save_images(dynamic + another(dynamic))
    for series in (None, (8, 9, 10, 20)):
        with pytest.raises(InputError, match="series 9 and 20 have one acquisition time"):
            read_dicom(folder, series=series)


@pytest.mark.parametrize("tag", ["TriggerTime", "TemporalPositionIdentifier"])
@pytest.mark.filterwarnings("ignore:.*only the order of the phases is known")
def test_phases_of_one_acquisition_time_need_a_trigger_or_a_number(tag, dynamic, save_images):
    for number, image in enumerate(dynamic):
        image.AcquisitionTime = "100000"
        image.SeriesInstanceUID, image.AcquisitionNumber = "1.2.3", 1 + number // 4
    with pytest.raises(InputError, match="one acquisition time"):
        read_dicom(save_images(dynamic, "without"))
    for number, image in enumerate(dynamic):
        setattr(image, tag, 1 + number // 4)
    assert read_dicom(save_images(dynamic)).data.shape[-1] == 3


@pytest.mark.parametrize("count", [1, 4, 12])
def test_the_same_image_sent_twice_is_taken_once(count, dynamic, save_images, truth):
    folder = save_images(dynamic + copy.deepcopy(dynamic[:count]))
    with pytest.warns(UserWarning, match="the same images are there twice; one copy"):
        volume = read_dicom(folder)
    assert np.array_equal(volume.data, truth)


def test_the_same_images_sent_again_as_another_series_are_taken_once(dynamic, save_images, truth):
    again = copy.deepcopy(dynamic[4:8])
    for image in again:
        image.SeriesInstanceUID, image.SeriesNumber, image.PatientName = "1.2.3", 77, "Jane"
    with pytest.warns(UserWarning, match="there twice"):
        folder = save_images(dynamic)
        for number, image in enumerate(again):
            image.save_as(folder / f"again{number}.dcm", enforce_file_format=True)
        assert np.array_equal(read_dicom(folder).data, truth)
    assert np.array_equal(read_dicom(folder, series=(8, 77, 10)).data, truth)


@pytest.mark.parametrize("tag", ["PixelData", "ImagePositionPatient", "RescaleSlope"])
def test_two_different_images_of_one_uid_are_refused(tag, dynamic, save_images):
    changed = copy.deepcopy(dynamic[5])
    values = {"PixelData": bytes(96), "ImagePositionPatient": [0, 0, 0], "RescaleSlope": "2"}
    setattr(changed, tag, values[tag])
    with pytest.raises(InputError, match="two different images have one UID"):
        read_dicom(save_images([*dynamic, changed]))


@pytest.mark.parametrize("new_series", [False, True])
def test_a_copy_under_new_uids_is_called_one(new_series, dynamic, save_images):
    copies = copy.deepcopy(dynamic)
    for number, image in enumerate(copies):
        renew(image)
        if new_series:
            image.SeriesInstanceUID = f"1.2.{number // 4}"
    with pytest.raises(InputError, match="the same images are there twice; keep one copy"):
        read_dicom(save_images(dynamic + copies))


def test_slices_with_a_series_uid_each_are_called_that(dynamic, save_images):
    for number, image in enumerate(dynamic):
        image.SeriesInstanceUID = f"1.2.{number}"
    with pytest.raises(InputError, match="each of its slices has a series UID of its own"):
        read_dicom(save_images(dynamic))


def test_chosen_series_are_taken_in_the_order_of_time(dynamic, save_images, truth):
    folder = save_images(dynamic)
    assert np.array_equal(read_dicom(folder, series=[9, 8]).data, truth[..., 1:])
    with pytest.raises(InputError, match="no series 3 and 5; it has 8, 9 and 10"):
        read_dicom(folder, series=(3, 5, 8))
    with pytest.raises(InputError, match="no series is named"):
        read_dicom(folder, series=())


def test_a_series_that_is_not_chosen_cannot_stand_in_the_way(dynamic, save_images, tmp_path, truth):
    other = another(dynamic, ImageOrientationPatient=[0, 1, 0, 0, 0, -1], **LATER)
    folder = save_images(dynamic + other)
    with pytest.raises(InputError, match="differ in orientation; keep the dynamic.*--series"):
        read_dicom(folder)
    extract(folder, tmp_path / "study.nii", series=(8, 9, 10))
    assert np.array_equal(nibabel.load(tmp_path / "study.nii").get_fdata(), truth)


@pytest.mark.parametrize("tag", ["TriggerTime", "TemporalPositionIdentifier", "ContentTime", None])
@pytest.mark.filterwarnings("ignore:.*only the order of the phases is known")
def test_a_copy_is_called_one_without_any_acquisition_time(tag, dynamic, save_images):
    dynamic[4].PixelData = bytes(96)  # as slices beside the body are
    copies = copy.deepcopy(dynamic[4:8])
    for number, image in enumerate([*dynamic, *copies]):
        del image.AcquisitionTime
        if tag:
            setattr(
                image, tag, f"10{min(number // 4, 2):02d}00" if "Content" in tag else number // 4
            )
    for image in copies:
        renew(image)
        image.SeriesInstanceUID, image.SeriesNumber = "1.2.3", 20
    with pytest.raises(InputError, match="the same images are there twice; keep one copy"):
        read_dicom(save_images(dynamic + copies))
    for image in copies:
        image.PixelData = (np.frombuffer(image.PixelData, "<u2") + 1).tobytes()
    if tag != "ContentTime":  # of which two phases have one
        assert read_dicom(save_images(dynamic + copies, "four")).data.shape[-1] == 4
