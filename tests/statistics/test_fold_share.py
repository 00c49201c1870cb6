"""The share of the noise that a fold's model makes, with and without trainings that failed."""

import numpy as np
import pytest

from helpers.errors import InputError
from helpers.statistics.fold_share import fold_share
from helpers.statistics.runs import by_arm
from helpers.statistics.simulation import Truth, simulate
from helpers.statistics.variance_components import variance_components
from helpers.study import shipped


@pytest.mark.parametrize(("shared", "alone"), [(0.5, 0.5), (0.0, 1.0), (0.9, 0.3)])
def test_the_share_is_the_one_that_was_simulated(shared, alone):
    truth = Truth(runs=40, fold_run_sd=shared, residual_sd=alone)
    found = [fold_share(table, truth.fold()).share for table in simulate(truth, 1, 30)]
    assert np.mean(found) == pytest.approx(shared**2 / (shared**2 + alone**2), abs=0.01)


def test_half_of_the_noise_of_other_seeds_is_shared_and_a_quarter_without_six_trainings():
    seeds = by_arm(shipped.table("study"))["seeds"]
    every, without = (fold_share(seeds.dsc, seeds.fold, lost) for lost in (np.inf, 5))
    assert every.share == pytest.approx(0.51, abs=0.005)
    assert every.share == pytest.approx(
        variance_components(seeds.dsc, seeds.fold).fold_share, abs=0.02
    )
    assert (without.left_out, without.trainings) == (6, 500)
    assert without.share == pytest.approx(0.27, abs=0.005)
    assert str(without) == "A fold's model makes 27% of the noise, without 6 of 500 trainings."


def test_a_training_that_failed_is_the_one_that_is_left_out():
    truth = Truth(runs=6)
    table = simulate(truth, 2)[0]
    spoilt = table.copy()
    spoilt[3, truth.fold() == 4] -= 30
    found = fold_share(spoilt, truth.fold(), lost=10)
    assert found.left_out == 1 and found.share < fold_share(spoilt, truth.fold()).share
    other = table.copy()
    other[3, truth.fold() == 4] -= 1000
    assert found == fold_share(other, truth.fold(), lost=10)


def test_a_fold_of_one_patient_or_one_training_left_is_refused():
    with pytest.raises(InputError, match="shared part"):
        fold_share([[90.0, 91.0], [91.0, 90.0]], [0, 1])
    with pytest.raises(InputError, match="shared part"):
        fold_share([[90.0, 90.0], [50.0, 50.0]], [0, 0], lost=5)
