"""The table of switches: ratios, digests against the reference, and a process that repeats."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from helpers.errors import InputError
from helpers.nondeterminism import fresh_process, switch_costs
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


def test_without_numbers_a_setting_takes_no_part_in_the_comparison():
    found = pd.DataFrame(
        {
            "setting": ["nothing", "inter-op 1", "TF32"],
            "says": "",
            "runs": 1,
            "distinct": [1, 1, np.nan],
            "ms_best": 1.0,
            "ms_median": 1.0,
            "sha256": ["a", "b", None],
        }
    )
    assert pd.isna(switch_costs.compared(found)["as_reference"].iloc[2])


def test_a_digest_of_another_table_spares_the_reference(monkeypatch, data):
    done = {"nothing": [("a", [0.1])], "XLA": [("c", [0.2])]}
    monkeypatch.setattr(switch_costs.fresh_process, "call", _made_up(done))
    found = switch_costs.table(TINY, ["XLA"], 1, data, reference="c")
    assert found["setting"].tolist() == ["nothing", "XLA"]
    assert found["as_reference"].tolist() == [False, True]
