"""What is said of a room: identical, reproducible, not shown, and by which yardstick."""

import json
import math

import numpy as np
import pytest

from helpers.errors import InputError
from helpers.statistics import standing_out
from helpers.statistics.reproducibility import precision
from helpers.statistics.room_summary import conclusion, summarise, yardstick


def _room(arm="control", **machines):
    """Numbers of one arm: dict of machine → (medians, digest); runs of one median are the same."""
    medians = {name: values for name, (values, _) in machines.items()}
    exact = {n: len(set(v)) == 1 if len(v) > 1 else None for n, v in medians.items()}
    digests = {name: digest for name, (_, digest) in machines.items()}
    return {"results": {arm: medians}, "digests": {arm: digests}, "exact": {arm: exact}}


def _many(values, digests=None, **more):
    digests = digests or [str(i) for i in range(len(values))]
    machines = {f"m{i}": (v, d) for i, (v, d) in enumerate(zip(values, digests, strict=True))}
    return summarise(**_room(**machines), **more)["control"]


def test_machines_with_the_same_bits_are_identical_and_not_tested():
    found = _many([[90.1, 90.1]] * 5, ["x"] * 5)
    assert found["verdict"] == found["repeatable"] == "identical"
    assert found["s_r"] == found["s_R"] == 0 and found["tests"] == []
    assert "all 5 machines have the same" in found["sentence"]


def test_machines_that_repeat_themselves_and_agree_within_the_margin_are_reproducible():
    values = [[90 + 0.01 * i] * 2 for i in range(10)]
    found = _many(values)
    assert found["repeatable"] == "identical" and found["exact"]
    assert found["verdict"] == "reproducible within ±0.5 points"
    assert found["R_upper"] == pytest.approx(precision(values).R_upper)
    assert "repeatable to the last bit on each of the 10 machines" in found["sentence"]


def test_the_verdict_turns_at_the_upper_bound_of_R():
    values = [[90 + 0.05 * i] * 2 for i in range(10)]
    bound = _many(values)["R_upper"]
    assert _many(values, margin=bound)["verdict"] == "not shown"
    assert _many(values, margin=bound * 1.001)["verdict"].startswith("reproducible")


def test_many_machines_of_few_kinds_are_no_better_evidence_than_the_kinds():
    """Twenty alike and two others are three kinds, and three say little."""
    values = [[90.0] * 2] * 20 + [[90.05] * 2, [90.1] * 2]
    found = _many(values, ["a"] * 20 + ["b", "c"])
    assert found["R_upper"] < 0.5 < found["R_upper_kinds"] and not found["valid"]
    assert found["R_upper_kinds"] == pytest.approx(precision([[90.0], [90.05], [90.1]]).R_upper)
    assert found["verdict"] == "not shown"
    assert "where machines with the same bits count as one" in found["sentence"]


def test_one_and_two_machines_show_nothing_between_them():
    one, two = _many([[90.0, 90.0]]), _many([[90.0, 90.0], [90.001, 90.001]])
    assert one["verdict"] == two["verdict"] == "not shown"
    assert "one machine says nothing" in one["sentence"]
    assert "two say next to nothing" in two["sentence"]


def test_one_run_a_machine_says_nothing_of_repeatability():
    found = _many([[90.0], [90.1], [90.2], [90.05]])
    assert found["repeatable"] == "not shown" and found["s_r"] is None
    assert found["s_R"] == pytest.approx(np.std([90, 90.1, 90.2, 90.05], ddof=1))
    assert "no machine has run it twice" in found["sentence"]


def test_machines_that_scatter_are_judged_by_r_and_R():
    rng = np.random.default_rng(1)
    found = _many([list(90 + 0.02 * rng.normal(size=3)) for _ in range(12)])
    assert found["repeatable"] == "repeatable within ±0.5 points" and not found["exact"]
    assert found["verdict"] == "reproducible within ±0.5 points"
    assert "0 of 12 machines repeat it to the last bit" in found["sentence"]


def test_the_same_seeds_on_more_machines_are_no_more_seeds():
    seeds = [90.0, 91.0, 93.0]
    one = yardstick({"a": seeds})
    assert yardstick({"a": seeds, "b": [s + 0.2 for s in seeds], "c": seeds[:2]}) == pytest.approx(
        one | {"ci": pytest.approx(one["ci"])}
    )
    assert one["sd"] == pytest.approx(np.std(seeds, ddof=1)) and one["seeds"] == 3
    assert yardstick({"a": [90.0]}) is None and yardstick({}) is None


def test_the_ratio_to_other_seeds_has_its_interval_and_the_yardstick_no_verdict():
    numbers = _room(a=([90.0] * 2, "1"), b=([90.2] * 2, "2"), c=([90.4] * 2, "3"))
    for key, value in _room("seeds", a=([90, 91, 92], "4"), b=([90, 91, 92], "4")).items():
        numbers[key] |= value
    found = summarise(**numbers)
    control = found["control"]
    assert control["ratio_to_seeds"] == pytest.approx(0.2)
    assert control["ratio_ci"][0] < 0.2 < control["ratio_ci"][1]
    assert "s_R" not in found["seeds"] and "verdict" not in found["seeds"]
    assert "the yardstick: 3 different seeds have an SD of 1.000" in found["seeds"]["sentence"]
    assert found["seeds"]["sentence"] in conclusion(found)
    assert "s_R is 0.20 times the SD of other seeds" in control["sentence"]


def test_arms_that_change_the_same_on_every_machine_are_no_laboratorys_scatter():
    """A flipped bit is drawn by the repetition's number, so it recurs on every machine."""
    for arm in ("seeds", "both", "one_bit"):
        found = summarise(**_room(arm, a=([90, 91], "1"), b=([90, 91], "2")))[arm]
        assert "s_R" not in found and "verdict" not in found


def test_a_summary_is_ready_for_json_and_has_no_nan():
    for values in ([[90.0]], [[90.0], [91.0]], [[90.0, 91.0]], [[90.0, 90.0]] * 3):
        found = _many(values)
        assert json.loads(json.dumps(found, allow_nan=False)) == json.loads(json.dumps(found))


def test_nothing_and_a_margin_that_is_none_are_refused():
    with pytest.raises(InputError, match="no machine"):
        summarise({}, {}, {})
    with pytest.raises(InputError):
        _many([[90.0]], margin=-1)


def test_near_the_margin_reproducible_is_said_wrongly_in_about_one_of_twenty_rooms():
    """True R just at the margin, 2,000 rooms of twelve machines that repeat themselves."""
    rng, rooms = np.random.default_rng(2), 2000
    sd = 0.5 / (1.96 * math.sqrt(2))
    said = sum(
        _many([[m] * 2 for m in rng.normal(90, sd, 12)])["verdict"].startswith("reproducible")
        for _ in range(rooms)
    )
    assert said / rooms == pytest.approx(0.05, abs=0.015)


def test_machines_that_share_their_bits_give_no_interval_but_that_of_their_kinds():
    values = [[90.0] * 2] * 20 + [[90.05] * 2, [90.1] * 2]
    found = _many(values, ["a"] * 20 + ["b", "c"])
    kinds = precision([[90.0], [90.05], [90.1]])
    assert found["s_R_ci"] == found["s_L_ci"] == [None, None]
    assert found["s_R_kinds"] == pytest.approx(kinds.s_R)
    assert found["s_R_ci_kinds"] == pytest.approx(list(kinds.s_R_ci))
    assert f"{kinds.s_R:.3f} ({kinds.s_R_ci[0]:.3f} to {kinds.s_R_ci[1]:.3f})" in found["sentence"]


def test_the_intervals_hold_however_many_machines_share_their_bits():
    rng, kinds = np.random.default_rng(4), 6
    held = 0
    for _ in range(400):
        own = rng.normal(90, 1, kinds)
        values = [[v] * 2 for v in np.repeat(own, 5)]
        low, high = _many(values, [str(n) for n in np.repeat(range(kinds), 5)])["s_R_ci_kinds"]
        held += low <= 1 <= high
    assert held / 400 == pytest.approx(0.95, abs=0.035)


def test_the_yardstick_is_the_same_however_many_machines_round_otherwise():
    """Half of the variance of a seed's run is rounding, another on each machine."""
    rng, found = np.random.default_rng(5), {1: [], 20: []}
    for _ in range(400):
        for machines in found:
            seeds = rng.normal(0, 1, 10)
            runs = {m: list(seeds + rng.normal(0, 1, 10)) for m in range(machines)}
            found[machines].append(yardstick(runs)["sd"] ** 2)
    assert np.mean(found[1]) == pytest.approx(2, rel=0.1)
    assert np.mean(found[20]) == pytest.approx(2, rel=0.1)


@pytest.mark.parametrize("several", [4, 7])
def test_the_critical_value_of_k_counts_the_machines_that_ran_twice(several):
    rng = np.random.default_rng(1)
    values = [list(rng.normal(86, 0.3, 2 if i < several else 1)) for i in range(12)]
    expected = [standing_out.critical_k(several, 2, alpha) for alpha in (0.05, 0.01)]
    assert _many(values)["critical_k"] == pytest.approx(expected)


def test_machines_whose_bits_differ_and_whose_medians_tie_show_nothing():
    """An SD of 0 is no estimate of the true one where weights differ."""
    numbers = _room(**{f"m{i}": ([90.0] * 3, str(i)) for i in range(4)})
    numbers["exact"]["control"] = dict.fromkeys(numbers["exact"]["control"], False)
    found = summarise(**numbers, margin=0.5)["control"]
    assert found["verdict"] == found["repeatable"] == "not shown"
    assert found["sentence"].count("one median though results differ") == 2
    assert "upper bound" not in found["sentence"] and found["ratio_to_seeds"] is None
