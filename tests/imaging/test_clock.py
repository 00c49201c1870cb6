"""A date orders phases only where every series has one."""

import copy

import numpy as np
import pytest

from helpers.errors import InputError
from helpers.imaging.dicom.clock import DAY, on_one_clock
from helpers.imaging.volumes import read_dicom


@pytest.fixture
def truth(tiny_images, save_images):
    return read_dicom(save_images(tiny_images, "truth")).data


@pytest.mark.parametrize("lost", [(0,), (1,), (2,), (0, 1), (1, 2), (0, 2)], ids=str)
@pytest.mark.parametrize("empty", [False, True])
def test_series_that_lost_their_date_keep_their_place(lost, empty, tiny_images, save_images, truth):
    for number, image in enumerate(tiny_images):
        if number // 4 in lost:
            del image.AcquisitionDate
            if empty:
                image.AcquisitionDate = ""
    volume = read_dicom(save_images(tiny_images))
    assert np.array_equal(volume.data, truth)
    assert np.allclose(volume.times, [0, 60, 120])


def test_a_stamp_in_one_series_and_a_time_alone_in_the_others(tiny_images, save_images, truth):
    for image in tiny_images:
        del image.AcquisitionDate
    for image in tiny_images[4:8]:
        image.AcquisitionDateTime = "20200101" + image.AcquisitionTime
        del image.AcquisitionTime
    volume = read_dicom(save_images(tiny_images))
    assert np.array_equal(volume.data, truth)
    assert np.allclose(volume.times, [0, 60, 120])


def test_a_lost_date_at_midnight(tiny_images, save_images, truth):
    clock = [("20191231", "235930"), ("", "000030"), ("20200101", "000130")]
    for number, image in enumerate(tiny_images):
        image.AcquisitionDate, image.AcquisitionTime = clock[number // 4]
    volume = read_dicom(save_images(tiny_images))
    assert np.array_equal(volume.data, truth)
    assert np.allclose(volume.times, [0, 60, 120])


def test_slices_of_one_series_that_lost_their_date(tiny_images, save_images, truth):
    for image in tiny_images:
        image.SeriesInstanceUID = "1.2.3"
    for image in tiny_images[1::3]:
        del image.AcquisitionDate
    volume = read_dicom(save_images(tiny_images))
    assert np.array_equal(volume.data, truth)
    assert np.allclose(volume.times, [0, 60, 120])


def test_dates_that_all_have_order_even_against_the_time_of_day(tiny_images, save_images, truth):
    for number, image in enumerate(tiny_images):
        image.AcquisitionDate = f"2020010{1 + number // 4}"
        image.AcquisitionTime = f"{12 - 2 * (number // 4):02d}0000"
    with pytest.warns(UserWarning, match="only the order"):
        assert np.array_equal(read_dicom(save_images(tiny_images)).data, truth)


def test_a_clock_is_one_when_all_have_a_date_or_none_has():
    dated = [730_000.0 * DAY + s for s in (10, 70)]
    assert on_one_clock([*dated, None]) == [*dated, None]
    assert on_one_clock([10.0, 70.0, None]) == [10.0, 70.0, None]
    assert on_one_clock([dated[0], 70.0, None]) == [10.0, 70.0, None]
    assert on_one_clock([86_400.0, dated[1]]) == [0.0, 70.0]  # a leap second


def test_one_slice_that_lost_its_time_hides_no_order(tiny_images, save_images, truth):
    tiny_images[5].AcquisitionTime = ""
    with pytest.warns(UserWarning, match="only the order"):
        volume = read_dicom(save_images(tiny_images))
    assert np.array_equal(volume.data, truth) and np.isnan(volume.times).all()


@pytest.mark.parametrize("lost", [0, 1, 2])
def test_a_series_without_a_time_is_ordered_only_as_the_others_times_allow(
    lost, tiny_images, save_images, truth
):
    for image in tiny_images[4 * lost : 4 * lost + 4]:
        image.AcquisitionTime = ""
    with pytest.raises(InputError, match="contradict"):  # series 10, 9 and 8 follow one another
        read_dicom(save_images(tiny_images, "falling"))
    for number, image in enumerate(tiny_images):
        image.SeriesNumber = 1 + number // 4
    with pytest.warns(UserWarning, match="only the order"):
        assert np.array_equal(read_dicom(save_images(tiny_images)).data, truth)


@pytest.mark.parametrize("tag", ["AcquisitionTime", "AcquisitionDateTime", "ContentTime"])
@pytest.mark.filterwarnings("ignore:.*only the order of the phases is known")
def test_a_time_to_the_minute_orders(tag, tiny_images, save_images, truth):
    for number, image in enumerate(tiny_images):
        del image.AcquisitionTime, image.AcquisitionDate
        minute = f"{930 + 5 * (number // 4):04d}"
        setattr(image, tag, f"20200101{minute}" if tag.endswith("DateTime") else minute)
    volume = read_dicom(save_images(tiny_images))
    assert np.array_equal(volume.data, truth)
    assert tag == "ContentTime" or np.allclose(volume.times, [0, 300, 600])


@pytest.mark.parametrize("begin", [-6, -66, -126])
def test_midnight_inside_a_phase_moves_no_time(begin, tiny_images, save_images):
    for number, image in enumerate(tiny_images):
        second = (begin + 60 * (number // 4) + 4 * (number % 4)) % DAY
        hours, rest = divmod(second, 3600)
        image.AcquisitionTime = f"{hours:02d}{rest // 60:02d}{rest % 60:02d}"
        del image.AcquisitionDate
    assert np.allclose(read_dicom(save_images(tiny_images)).times, [0, 60, 120])


@pytest.mark.parametrize("hours", [13, 14, 25])
def test_dates_order_phases_that_are_half_a_day_apart_or_more(
    hours, tiny_images, save_images, truth
):
    for number, image in enumerate(tiny_images):
        days, hour = divmod(8 + hours * (number // 4), 24)
        image.AcquisitionDate, image.AcquisitionTime = f"202001{1 + days:02d}", f"{hour:02d}0000"
    with pytest.warns(UserWarning, match="only the order"):
        assert np.array_equal(read_dicom(save_images(tiny_images)).data, truth)


def test_one_moment_is_one_where_one_series_lost_its_date(tiny_images, save_images):
    for image in tiny_images:
        image.AcquisitionTime = "100000.120000"
    for image in tiny_images[4:]:
        del image.AcquisitionDate
    with pytest.raises(InputError, match="one acquisition time"):
        read_dicom(save_images(tiny_images))


@pytest.mark.parametrize("tag", ["TriggerTime", "ContentTime"])
@pytest.mark.parametrize("clock", ["100000", ""])
def test_two_series_of_which_each_falls_between_the_others_phases_are_refused(
    clock, tag, tiny_images, save_images
):
    images = [*tiny_images, *(copy.deepcopy(image) for image in tiny_images[:4])]
    for number, image in enumerate(images):
        image.SOPInstanceUID = image.file_meta.MediaStorageSOPInstanceUID = f"1.2.{number + 1}"
        phase = number // 4
        image.PixelData = (np.frombuffer(image.PixelData, "<u2") + phase).tobytes()
        image.SeriesInstanceUID, image.SeriesNumber = f"1.3.{1 + phase % 2}", 1 + phase % 2
        image.AcquisitionTime = clock
        setattr(image, tag, f"10{phase:02d}00" if tag == "ContentTime" else str(60000 * phase))
    with pytest.raises(InputError, match="contradict|one acquisition time"):
        read_dicom(save_images(images))


def test_one_date_of_all_is_believed_where_midnight_would_make_a_long_study(
    tiny_images, save_images, truth
):
    for number, image in enumerate(tiny_images):
        image.AcquisitionTime = ("080000", "080100", "210000")[number // 4]
    with pytest.warns(UserWarning, match="only the order"):
        assert np.array_equal(read_dicom(save_images(tiny_images)).data, truth)
