import numpy as np
import pytest

from helpers.errors import InputError
from helpers.lesions import three_time_points
from helpers.lesions.three_time_points import COLOURS, Course
from tests.lesions.conftest import volume_of


def test_the_course_is_what_the_signal_does_after_the_early_phase():
    data = np.array([[100, 200, 221], [100, 200, 219], [100, 200, 181], [100, 200, 179]], float)
    found = three_time_points.courses(data.reshape(4, 1, 1, 3)).ravel()
    assert [Course(one).name for one in found] == [
        "PERSISTENT",
        "PLATEAU",
        "PLATEAU",
        "WASH_OUT",
    ]


def test_hue_is_the_course_and_brightness_the_early_enhancement():
    data = np.array([[100.0, 250, 100], [100, 100, 100]]).reshape(2, 1, 1, 3)
    relative = (data - data[..., :1]) / 100
    bright, dark = three_time_points.colours(data, relative)[:, 0, 0]
    np.testing.assert_allclose(bright, COLOURS[Course.WASH_OUT])
    assert not dark.any()


def test_lesions_of_a_phantom_have_the_course_they_were_drawn_with(phantom):
    volume = volume_of(phantom)
    found = three_time_points.courses(volume.data)
    for number in range(1, 5):
        inside = phantom.lesion == number
        known = three_time_points.courses(phantom.curve(number).reshape(1, 1, 1, -1)).item()
        if inside.sum() >= 30:
            assert np.bincount(found[inside]).argmax() == known


def test_two_phases_are_refused():
    with pytest.raises(InputError, match="three phases"):
        three_time_points.courses(np.ones((2, 2, 2, 2)))
