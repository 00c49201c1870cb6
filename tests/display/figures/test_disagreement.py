"""Where runs disagree: the figure shows what a slow count says."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from helpers.display.figures import disagreement
from helpers.protocol import SMOKE
from helpers.study.mask_votes import Counted
from tests.learning.conftest import disc_patient


def counted(runs=4, seed=0, name="P"):
    """What four runs drew by chance of three slices."""
    drawn = np.random.default_rng(seed).random((runs, 3, 5, 6)) > 0.4
    truth = drawn[0] | drawn[1]
    place = {"arm": "order", "patient": name, "subject": name, "fold": 0}
    return drawn, Counted(
        **place,
        runs=list(range(runs)),
        counts=drawn.sum(axis=0),
        truth=truth,
        labelled=np.ones(3, bool),
        single=50.0,
    )


def _layer(ax, colour):
    """Which voxels are painted in a colour."""
    layers = [image.get_array() for image in ax.images if image.get_array().shape[-1] == 4]
    painted = [one[..., 3] * np.isclose(one[..., :3], to_rgb(colour)).all(-1) for one in layers]
    return np.any(painted, axis=0)


def test_voxels_of_both_and_of_one_alone_have_their_colours(ax):
    drawn, one = counted()
    disagreement.two_runs(drawn[:2], ("run 0", "run 1"), one.truth, 1, ax)
    first, second = drawn[0, 1], drawn[1, 1]
    for place in np.ndindex(first.shape):
        assert _layer(ax, disagreement.BOTH)[place] == (first[place] and second[place])
        assert _layer(ax, disagreement.ONE)[place] == (first[place] and not second[place])
        assert _layer(ax, disagreement.OTHER)[place] == (second[place] and not first[place])
    apart, every = (first != second).sum(), (first | second).sum()
    assert f"in {apart} of the {every} voxels" in ax.get_title()


def test_a_run_beside_itself_differs_in_nothing(ax):
    drawn, one = counted()
    disagreement.two_runs(drawn[[0, 0]], ("run 0", "run 0"), one.truth, 1, ax)
    assert "differ\nin 0 of" in ax.get_title()


def test_the_map_has_the_share_of_the_runs_where_they_ever_disagree(ax):
    drawn, one = counted()
    disagreement.ever(one, 2, ax)
    shown = ax.images[-1].get_array()
    for place in np.ndindex(shown.shape):
        times = drawn[:, 2][(slice(None), *place)].sum()
        assert bool(shown.mask[place]) == (times in (0, 4))
        assert times in (0, 4) or shown[place] == 25 * times
        assert _layer(ax, disagreement.BOTH)[place] == (times == 4)
    disputed = sum(0 < drawn[:, 2, i, j].sum() < 4 for i in range(5) for j in range(6))
    assert f"4 runs dispute\n{disputed} of" in ax.get_title()


def test_the_most_disputed_slice_is_the_one_with_most_disputed_voxels():
    _, one = counted()
    assert disagreement.most_disputed(one) == np.argmax([one.disputed[z].sum() for z in range(3)])
    flat = replace(one, counts=0 * one.counts)
    assert disagreement.most_disputed(flat) == 0


@pytest.mark.parametrize("plot", ["two_runs", "ever"])
def test_the_image_lies_behind_on_the_patients_grid(ax, plot):
    small = replace(SMOKE, size=32, spacing=2.0)
    patient = disc_patient("P", np.random.default_rng(1), small.size)
    counts = 2 * patient.truth.astype(int)
    one = Counted("a", "P", "P", 0, [0, 1], counts, patient.truth, patient.labelled, 50.0)
    if plot == "ever":
        disagreement.ever(one, 1, ax, patient, small)
    else:
        names, drawn = ("run 0", "run 1"), [patient.truth, patient.truth]
        disagreement.two_runs(drawn, names, patient.truth, 1, ax, patient, small)
    rows, columns = patient.truth.shape[1:]
    extents = {tuple(image.get_extent()) for image in ax.images}
    assert extents == {(-0.5, columns - 0.5, -0.5, rows - 0.5)}
