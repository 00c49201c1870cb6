"""Emulation beside nature: the numbers are those of the recombined runs, and refusals are clear."""

import pytest

from helpers.errors import InputError
from helpers.statistics import recombined_runs
from helpers.statistics.emulation import against_nature
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


def test_a_study_whose_default_repeats_to_the_bit_is_refused():
    with pytest.raises(InputError, match="repeats to the bit"):
        against_nature(by_arm(shipped.table("study")), 1)


def test_a_study_without_default_is_refused():
    with pytest.raises(InputError, match="No arm default"):
        against_nature(by_arm(shipped.table("hippocampus")), 1)
