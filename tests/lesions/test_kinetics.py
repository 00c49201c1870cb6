from dataclasses import replace

import numpy as np
import pytest

from helpers.errors import InputError
from helpers.imaging.phantom.patient import ARRIVAL, PHASE
from helpers.imaging.volumes import Volume
from helpers.lesions import kinetics, registration
from tests.lesions.conftest import volume_of

TIMES = np.array([0.0, 180, 300, 420, 540])


def one_voxel(*curve):
    return np.reshape(curve, (1, 1, 1, -1)).astype("float32")


def slow(curve, minutes):
    """The features of one curve of relative enhancement, word for word."""
    after = list(curve[1:])
    peak = max(after)
    place = after.index(peak)
    rest = minutes[-1] - minutes[place]
    fall = (after[-1] - peak) / rest if rest else 0
    early_by_late = after[0] / after[-1] if after[-1] > 0 else np.nan
    mean = sum(after) / len(after)
    return peak, minutes[place], peak / minutes[place], fall, early_by_late, mean


@pytest.mark.parametrize(
    "curve", [(0, 0.5, 0.9, 1.1, 1.2), (0, 2, 1.6, 1.3, 1), (0, 1, 1.2, 1, -0.1), (0, 0, 0, 0, 0)]
)
def test_features_are_those_of_a_slow_version(curve):
    found = kinetics.features(one_voxel(*curve), TIMES, injected=60)
    values = [getattr(found, name)[0, 0, 0] for name in kinetics.Kinetics.__annotations__]
    np.testing.assert_allclose(values, slow(curve, (TIMES[1:] - 60) / 60), rtol=1e-5)


def test_features_are_per_minute_from_the_injection():
    found = kinetics.features(one_voxel(0, 2, 1.5, 1.2, 1), TIMES, injected=60)
    assert found.to_peak == pytest.approx(2)
    assert found.wash_in == pytest.approx(1)
    assert found.wash_out == pytest.approx(-1 / 6)


def test_known_kinetics_come_back_within_the_noise(phantom):
    """The median of a lesion's voxels against the signal it was computed from."""
    volume = registration.aligned(volume_of(phantom))
    relative = kinetics.enhancement(volume)
    injected = ARRIVAL - PHASE / 2  # a phase is its middle
    found = kinetics.features(relative, phantom.times, injected)
    large = [n for n in range(1, 5) if (phantom.lesion == n).sum() >= 20]
    assert len(large) >= 2
    for number in large:
        known = phantom.curve(number)
        truth = slow(known / known[0] - 1, (phantom.times[1:] - injected) / 60)
        inside = phantom.lesion == number
        assert np.median(found.peak[inside]) == pytest.approx(truth[0], rel=0.15)
        assert np.median(found.mean[inside]) == pytest.approx(truth[5], rel=0.15)
        assert np.nanmedian(found.ser[inside]) == pytest.approx(truth[4], rel=0.15)
        assert np.median(found.to_peak[inside]) == pytest.approx(truth[1], abs=2.01)  # a phase
        assert np.median(found.wash_in[inside]) == pytest.approx(truth[2], rel=0.15)
        assert np.median(found.wash_out[inside]) == pytest.approx(truth[3], abs=0.01)  # 1/min


def test_the_scale_of_the_signal_does_not_matter(phantom):
    volume = volume_of(phantom)
    ten = kinetics.enhancement(replace(volume, data=volume.data * 10))
    np.testing.assert_allclose(ten, kinetics.enhancement(volume), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("times", "injected", "says"),
    [
        ((0, 180), None, "three or more are needed"),
        ((0, np.nan, np.nan), None, "no rising times"),
        ((0, 300, 180), None, "no rising times"),
        ((0, 180, 300), 200, "give an earlier time"),
    ],
)
def test_what_cannot_be_computed_is_refused(times, injected, says):
    with pytest.raises(InputError, match=says):
        kinetics.features(one_voxel(*range(len(times))), np.array(times, float), injected)


@pytest.mark.parametrize(("phases", "says"), [(1, "two or more"), (3, "blank")])
def test_one_phase_and_a_blank_first_phase_are_refused(phases, says):
    blank = Volume(np.zeros((2, 2, 2, phases), "float32"), np.eye(4), np.arange(phases))
    with pytest.raises(InputError, match=says):
        kinetics.enhancement(blank)


@pytest.mark.parametrize(
    ("times", "given"),
    [([0, 180, 300], 60), ([0, 60, 180], 0), ([0, 120, 360], 0), ([30, 120, 240], 30)],
)
def test_the_agent_is_not_taken_to_be_given_before_the_phase_that_shows_none(times, given):
    assert kinetics.assumed_injection(np.array(times, float)) == given
    found = kinetics.features(one_voxel(0, 2, 1), times)
    assert found.to_peak == pytest.approx((times[1] - given) / 60)
