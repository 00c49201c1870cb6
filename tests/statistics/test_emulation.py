"""Emulation beside nature: the numbers are those of the recombined runs, and refusals are clear."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from helpers.errors import InputError
from helpers.statistics import recombined_runs, volumes
from helpers.statistics.emulation import against_nature, volumes_against_nature
from helpers.statistics.runs import by_arm
from helpers.study import shipped


def test_the_ratio_is_that_of_the_two_recombined_sds():
    arms = by_arm(shipped.table("parting"))
    found = against_nature(arms, 1)
    one, nature = (recombined_runs.of_runs(arms[arm], 1) for arm in ("order", "default"))
    assert found.loc["order", "of_nature"] == pytest.approx(one.run_sd / nature.run_sd)
    assert found.loc["order", ["sd_lower", "sd_upper"]].tolist() == pytest.approx(one.run_sd_ci)
    assert found.loc["default", ["of_nature", "ratio_lower", "ratio_upper"]].tolist() == [1, 1, 1]
    assert "control" not in found.index


def _volumes(name):
    return volumes.volume_noise(shipped.table(name), 1)


def test_volumes_are_held_against_nature_person_by_person_and_fold_by_fold():
    one, nature = _volumes("hippocampus")["order"], _volumes("hippocampus_gpu_first")["default"]
    ratio, (low, high) = volumes_against_nature(one, nature)
    both = one.patients.join(nature.patients, rsuffix="_nature")
    logs = np.log(both["sd_percent"] / both["sd_percent_nature"])
    means = [logs[both["fold"] == fold].mean() for fold in sorted(set(both["fold"]))]
    half = 2.262 * np.std(means, ddof=1) / np.sqrt(10)  # t of nine degrees of freedom
    assert np.log(ratio) == pytest.approx(np.mean(means))
    assert np.log([low, high]) == pytest.approx(
        [np.mean(means) - half, np.mean(means) + half], 1e-3
    )


def test_few_trainings_do_not_make_an_arm_look_calmer():
    rng = np.random.default_rng(1)
    folds = np.repeat(np.arange(200), 5)

    def _noise(trainings):
        sds = rng.normal(size=(1000, trainings)).std(axis=1, ddof=1)
        return SimpleNamespace(
            patients=pd.DataFrame({"fold": folds, "trainings": trainings, "sd_percent": sds})
        )

    ratio, (low, high) = volumes_against_nature(_noise(3), _noise(30))
    assert low < 1 < high and ratio == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("change", [{"fold": 7}, {"sd_percent": 0.0}])
def test_arms_of_other_folds_or_without_scatter_are_refused(change):
    nature = _volumes("hippocampus_gpu")["default"]
    other = SimpleNamespace(patients=nature.patients.assign(**change))
    with pytest.raises(InputError, match="same patients in the same folds"):
        volumes_against_nature(other, nature)


def test_a_study_whose_default_repeats_to_the_bit_is_refused():
    with pytest.raises(InputError, match="repeats to the bit"):
        against_nature(by_arm(shipped.table("study")), 1)


def test_a_study_without_default_is_refused():
    with pytest.raises(InputError, match="No arm default"):
        against_nature(by_arm(shipped.table("hippocampus")), 1)
