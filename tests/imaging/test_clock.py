"""A date orders phases only where every series has one."""

import numpy as np
import pytest

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
