"""A protocol follows from what the images are like, or is refused with the reason."""

from dataclasses import replace

import pytest

from helpers.errors import InputError
from helpers.imaging.survey import Seen
from helpers.learning import footprint, memory, planner
from helpers.protocol import PAPER, STUDY


def _seen(number, **changed):
    plain = Seen(f"P{number}", f"S{number}", (38, 55, 40), (1.0, 1.0, 1.0), "axial", (0, 1))
    return replace(plain, **changed)


def _plan(**changed):
    return planner.plan([_seen(n, **changed) for n in range(12)], STUDY, "mine")


def test_the_grid_is_the_images_own_and_holds_all_of_them():
    found = _plan()
    p = found.protocol
    assert (p.name, p.patients, p.folds, p.plane, p.phases) == ("mine", 12, 10, "axial", (0, 1))
    assert (p.spacing, p.size, p.depth, p.batch) == (1.0, 64, 4, 8)
    assert "nothing is resampled" in found.reasons["spacing"]
    changed = {"name", *found.reasons}
    assert {f: v for f, v in vars(p).items() if f not in changed} == {
        f: v for f, v in vars(STUDY).items() if f not in changed
    }


@pytest.mark.parametrize("pixels", range(8, 700, 13))
def test_a_size_holds_the_image_and_can_be_halved_down_to_four_pixels(pixels):
    depth, size = planner._depth(pixels)
    assert pixels <= size < pixels + 2**depth and size % 2**depth == 0
    assert size >> depth >= 4 and 1 <= depth <= PAPER.depth
    assert depth == PAPER.depth or size >> (depth + 1) < 4


def test_slices_are_cut_across_the_coarsest_axis_and_measured_there():
    p = _plan(shape=(200, 30, 180), spacing=(1.5, 5.0, 1.25), plane="coronal").protocol
    assert p.plane == "coronal" and p.spacing == 1.25
    assert p.size == 240  # 200 columns of 1.5 mm


def test_images_of_several_planes_are_cut_as_each_was_acquired():
    seen = [_seen(n, plane=plane) for n, plane in enumerate(["axial", "coronal", "axial"])]
    found = planner.plan(seen, STUDY, "mine")
    assert found.protocol.plane == "acquired" and "2 axial, 1 coronal" in found.reasons["plane"]


def test_the_median_spacing_is_one_images_own():
    found = [1.0, 1.0, 2.0, 3.0]
    seen = [_seen(n, spacing=(mm, mm, 9.0)) for n, mm in enumerate(found)]
    plan = planner.plan(seen, STUDY, "mine")
    assert plan.protocol.spacing == 1.0 and plan.protocol.size >= 3 * 55
    assert "2 of 4 are not resampled" in plan.reasons["spacing"]


@pytest.mark.parametrize(
    ("phases", "chosen"),
    [([(0, 1, 2)] * 3, (0, 1)), ([(0,), (0, 1), (0, 1)], (0,)), ([(2, 3)] * 3, (2,))],
)
def test_phases_are_those_that_all_images_share(phases, chosen):
    seen = [_seen(n, phases=own) for n, own in enumerate(phases)]
    assert planner.plan(seen, STUDY, "mine").protocol.phases == chosen


def test_a_step_fits_in_memory_by_a_smaller_batch_and_then_by_a_coarser_grid():
    seen = [_seen(n, shape=(n, 1024, 60)) for n in (900, 1000)]
    small = planner.plan(seen, replace(STUDY, batch=64), "mine").protocol
    seen = [_seen(n, shape=(n, 1024, 60)) for n in (900, 3000)]
    large = planner.plan(seen, PAPER, "mine").protocol
    assert small.batch < 64 and small.spacing == 1.0 and large.spacing > 1.0
    for p, longest in ((small, 1024), (large, 3000)):
        assert footprint.unet(p).mib <= memory.CAP_MIB and p.size * p.spacing >= longest
    assert footprint.unet(replace(small, batch=2 * small.batch)).mib > memory.CAP_MIB


@pytest.mark.parametrize(
    ("seen", "says"),
    [
        ([_seen(0)], "1 subject with 1 image"),
        ([_seen(0), _seen(1, subject="S0")], "1 subject with 2 image"),
        ([_seen(0, phases=(0,)), _seen(1, phases=(1,))], "No phase is in all images"),
        ([_seen(0, phases=()), _seen(1)], "No phase is in all images"),
    ],
)
def test_what_no_protocol_can_serve_is_refused(seen, says):
    with pytest.raises(InputError, match=says):
        planner.plan(seen, STUDY, "mine")


def test_few_subjects_have_a_fold_each():
    seen = [_seen(n, subject=f"S{n // 2}") for n in range(6)]
    assert planner.plan(seen, STUDY, "mine").protocol.folds == 3
