"""Maps of a contrast agent, and one lesion under the masks of two runs."""

from types import SimpleNamespace

import numpy as np

from helpers.display.figures import enhancement_maps
from helpers.imaging.volumes import Volume
from helpers.lesions import candidate_features, candidates


def test_maps_show_the_difference_the_course_and_the_candidates(axes):
    data = np.full((24, 20, 4, 3), 100, "float32")
    data[8:14, 6:12, 1:3, 1], data[8:14, 6:12, 1:3, 2] = 250, 150
    volume = Volume(data, np.diag([2.0, 2, 3, 1]), np.array([0.0, 100, 200]))
    maps, mask = candidate_features.maps(volume), np.ones((24, 20, 4), bool)
    found = candidates.find(maps.dynamic.mean, mask, volume.affine, 0.5)
    shown = enhancement_maps.enhancement_maps(maps, found, mask, 2, axes)
    subtraction = shown[0].images[0].get_array()
    assert subtraction.shape == (20, 24) and subtraction[8, 10] == 150 and subtraction[2, 2] == 0
    red = np.asarray(shown[1].images[0].get_array())[8, 10]
    assert red[0] > 0.9 and red[2] < 0.1
    assert "1 candidates" in shown[2].get_label()


def test_twins_are_the_outline_of_each_mask_and_how_much_of_the_lesion_it_holds(ax):
    lesion, whole, none = (np.zeros((60, 60), bool) for _ in range(3))
    lesion[28:32, 28:32] = whole[20:40, 20:40] = True
    one = SimpleNamespace(
        image=np.ones((60, 60)),
        lesion=lesion,
        lesion_number=2,
        patient="P1",
        arm="order",
        spacing=(1.0, 1.0),
        masks={"shown": whole, "not shown": none},
    )
    shown = enhancement_maps.twins(one, ax)
    assert "shown: 16 of 16 pixels, not shown: 0 of 16 pixels" in shown.get_label()
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [
        "the lesion",
        "mask: shown",
        "mask: not shown",
    ]
