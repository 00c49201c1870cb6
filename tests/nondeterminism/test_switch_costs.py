"""The table of switches: ratios, digests against the reference, and a process that repeats."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from helpers.errors import InputError
from helpers.nondeterminism import fresh_process, switch_costs
from helpers.nondeterminism.settings import SETTINGS
from helpers.protocol import SMOKE

TINY = replace(SMOKE, size=16, depth=1, base_filters=2, batch=4)


@pytest.fixture
def data():
    rng = np.random.default_rng(0)
    images = rng.normal(size=(12, 16, 16, 2)).astype("float32")
    return images, (images[..., :1] > 0).astype("float32")


def _made_up(done):
    """Digests and seconds of the steps by setting, instead of training."""
    return lambda function, setting, *given, **named: done[setting.name]


def test_ratios_are_to_nothing_and_digests_to_the_reference(monkeypatch, data):
    done = {
        "nothing": [("a", [0.1, 0.2, 0.3]), ("b", [0.2])],
        "inter-op 1": [("c", [0.3, 0.5]), ("c", [0.4])],
        "XLA": [("d", [0.1]), ("d", [0.1])],
        "TF32": [],
    }
    monkeypatch.setattr(switch_costs.fresh_process, "call", _made_up(done))
    found = switch_costs.table(TINY, ["XLA", "TF32"], 2, data).set_index("setting")
    assert found["distinct"].tolist()[:3] == [2, 1, 1]
    assert found["as_reference"].tolist()[:3] == [False, True, False]
    assert found["ratio"].tolist()[:3] == pytest.approx([1, 2, 0.5])
    assert found.loc["inter-op 1", "ms_best"] == pytest.approx(300)
    assert found.loc["TF32"].drop(["says", "runs"]).isna().all()
    assert found.loc["TF32", "runs"] == 0


def test_the_reference_repeats_itself_in_a_fresh_process(data):
    from helpers.nondeterminism.settings import REFERENCE

    done = fresh_process.call(switch_costs._train, REFERENCE, TINY, *data, 2)
    assert len(done) == 2
    assert done[0][0] == done[1][0]
    assert all(len(seconds) == 2 for _, seconds in done)  # 3 steps, the first not counted


def test_a_setting_that_is_not_there_is_named_with_those_that_are(data):
    with pytest.raises(InputError, match="no setting 'turbo'.*oneDNN off"):
        switch_costs.table(TINY, ["turbo"], 1, data)


def test_slices_must_fill_their_mini_batches(data):
    images, masks = data
    with pytest.raises(InputError, match="11 slices do not fill mini-batches of 4"):
        switch_costs.table(TINY, None, 1, (images[:-1], masks[:-1]))


def _turn(setting, number, digests, ms):
    return {
        "setting": setting,
        "round": number,
        "sha256": digests,
        "ms_best": ms,
        "ms_median": ms,
    }


def test_without_numbers_a_setting_takes_no_part_in_the_comparison():
    taken = [_turn("nothing", 0, ["a"], 1.0), _turn("inter-op 1", 0, ["b"], 1.0)]
    found = switch_costs.joined([*taken, _turn("TF32", 0, [], None)])
    assert pd.isna(found["as_reference"].iloc[2])
    assert found["runs"].tolist() == [1, 1, 0]


def test_a_ratio_is_taken_within_its_round_and_its_spread_is_that_of_the_rounds():
    """A machine that is twice as slow in the second round changes no ratio."""
    taken = [
        _turn(name, number, [f"{name}{number % 2}"], ms * (1 + number % 2))
        for number in range(3)
        for name, ms in (("nothing", 10.0), ("inter-op 1", 12.0 + number))
    ]
    found = switch_costs.joined(taken).set_index("setting")
    one = found.loc["inter-op 1"]
    assert (one["ratio_low"], one["ratio"], one["ratio_high"]) == pytest.approx((1.2, 1.3, 1.4))
    assert (one["runs"], one["distinct"], one["ms_best"]) == (3, 2, 12.0)
    assert found.loc["nothing", ["ratio_low", "ratio_high"]].tolist() == [1, 1]


def test_settings_take_turns_and_known_turns_are_not_taken_again(monkeypatch, data):
    asked = []

    def _call(function, setting, *given, variables):
        asked.append(setting.name)
        return [("a", [0.1])]

    monkeypatch.setattr(switch_costs.fresh_process, "call", _call)
    every = list(switch_costs.turns(TINY, ["XLA"], 1, data, rounds=2))
    assert asked == 2 * ["nothing", "inter-op 1", "XLA"]
    asked.clear()
    again = list(switch_costs.turns(TINY, ["XLA"], 1, data, rounds=2, known=every[:4]))
    assert asked == ["inter-op 1", "XLA"] and again == every[4:]


def test_a_cap_on_onednns_instructions_is_an_older_cpu_and_no_gpus():
    capped = [s for s in SETTINGS.values() if s.isa]
    assert [s.variables for s in capped] == [{"ONEDNN_MAX_CPU_ISA": s.isa} for s in capped]
    assert {"AVX2", "SSE41"} <= {s.name for s in capped}
    assert all(s.is_there("tensorflow", "CPU") and s.is_there("torch", "CPU") for s in capped)
    assert not any(s.is_there("tensorflow", "GPU") or s.is_there("jax", "CPU") for s in capped)
    assert SETTINGS["oneDNN off"].variables == {"TF_ENABLE_ONEDNN_OPTS": "0"}
    assert not SETTINGS["XLA"].is_there("torch", "GPU")


def test_a_digest_of_another_table_spares_the_reference(monkeypatch, data):
    done = {"nothing": [("a", [0.1])], "XLA": [("c", [0.2])]}
    monkeypatch.setattr(switch_costs.fresh_process, "call", _made_up(done))
    found = switch_costs.table(TINY, ["XLA"], 1, data, reference="c")
    assert found["setting"].tolist() == ["nothing", "XLA"]
    assert found["as_reference"].tolist() == [False, True]
