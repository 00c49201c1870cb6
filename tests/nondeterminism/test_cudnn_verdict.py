"""The rule by which a table of probes says whether it lies in cuDNN."""

import pandas as pd
import pytest

from helpers.nondeterminism.cudnn_verdict import CLAIMS, ended_by_control, says, verdict
from helpers.nondeterminism.probing import COLUMNS
from helpers.study import shipped

FILTER, POOLING, CTC = "ConvolutionBackwardFilter ALGO_0", "PoolingBackward MAX", "CTCLoss"


def _table(device="GPU", **results):
    """A made-up table: by set of switches, dict of probe → distinct results (None: refused)."""
    rows = [
        {"probe": probe, "shape": "s", "switches": switches.replace("_", " "), "distinct": n}
        for switches, found in results.items()
        for probe, n in found.items()
    ]
    entry = {
        "max pooling 3×3/2, gradient": POOLING,
        "filter": FILTER,
        "pooling": POOLING,
        "ctc": CTC,
        "U-Net, step": None,
    }
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.assign(
        cudnn=frame["probe"].map(entry), framework="tensorflow", device=device, runs=20
    )


ALIKE = {"filter": 1, "pooling": 1, "ctc": 1, "U-Net, step": 1}


@pytest.mark.parametrize(
    ("claim", "default", "control"),
    [
        ("nothing parts", {}, {}),
        ("the list alone", {"ctc": 9}, {}),
        ("the list alone", {"filter": 2}, {}),
        ("the list", {"filter": 5, "U-Net, step": 5}, {}),
        ("the graph", {"max pooling 3×3/2, gradient": 5, "U-Net, step": 5}, {}),
        ("the list", {"filter": 5, "U-Net, step": 5}, {"filter": 2, "U-Net, step": 2}),
        ("both", {"filter": 5, "U-Net, step": 5}, {"U-Net, step": 2}),
        ("the graph", {"U-Net, step": 3}, {}),
        ("the graph", {"ctc": 3, "U-Net, step": 3}, {}),
    ],
)
def test_each_claim_follows_from_what_parts(claim, default, control):
    found = _table(default=ALIKE | default, control=ALIKE | control)
    assert verdict(found).claim == claim
    assert CLAIMS[claim] in says(found)


def test_on_a_cpu_nothing_is_claimed_of_cudnn():
    found = _table("CPU", default=ALIKE | {"filter": 5, "U-Net, step": 5})
    assert verdict(found).claim == "no GPU"
    assert says(found).startswith("tensorflow on a CPU: There is no cuDNN here")


def test_without_the_network_nothing_is_claimed_yet():
    assert verdict(_table(default={"filter": 5})).claim == "not looked at"


def test_a_network_that_was_refused_is_not_said_to_come_yet():
    found = _table(default={"filter": 5, "U-Net, step": None})
    assert verdict(found).claim == "refused" and "not computed yet" not in says(found)


def test_one_set_of_switches_does_not_show_that_the_network_parts_only_by_the_list():
    found = _table(default=ALIKE | {"filter": 5, "U-Net, step": 5})
    assert verdict(found).claim == "the list so far" and "only where" not in says(found)


def test_a_switch_ends_what_repeats_under_it_alone():
    parted = {"filter": 5, "pooling": 4, "U-Net, step": 5}
    found = _table(
        default=ALIKE | parted,
        control=ALIKE,
        op_determinism={"filter": 1, "pooling": 1, "U-Net, step": 1},
        **{"inter-op 1": {"filter": 5, "pooling": 1, "U-Net, step": 5}},
    )
    ended = verdict(found).ended_by
    assert ended[FILTER] == ended["U-Net"] == ("control", "op determinism")
    assert ended[POOLING] == ("control", "op determinism", "inter-op 1")
    assert ended_by_control(found) == {(name, "s") for name in parted}


def test_what_is_refused_is_not_ended():
    parted = {"filter": 5, "U-Net, step": 5}
    found = _table(default=ALIKE | parted, control=ALIKE | {"filter": None, "U-Net, step": 2})
    assert verdict(found).ended_by[FILTER] == ()
    assert "no switch that was tried" in says(found)


def test_what_was_not_tried_under_other_switches_has_no_such_sentence():
    assert "ended by" not in says(_table(default=ALIKE | {"ctc": 9}))


def test_a_probe_that_was_not_computed_again_counts_as_by_default():
    """Else the network would seem to part without an entry that nobody looked at."""
    found = _table(
        default=ALIKE | {"filter": 5, "U-Net, step": 5},
        control=ALIKE | {"filter": 5},
        op_determinism={"U-Net, step": 3},
    )
    assert verdict(found).claim == "the list"


def test_twenty_that_agree_allow_what_an_exact_binomial_bound_allows():
    said = says(_table(default=ALIKE))
    [percent] = [int(w.strip("%.")) for w in said.split() if w.endswith("%.")]
    assert 1 - (1 - (percent + 0.5) / 100) ** 19 >= 0.95
    assert 1 - (1 - (percent - 0.5) / 100) ** 19 < 0.95


def test_the_shipped_tables_of_a_gpu_part_where_entries_of_the_list_do():
    found = shipped.measured("probes_gpu")
    assert set(found["device"]) == {"GPU"}
    for _, some in found.groupby("framework"):
        told = verdict(some)
        assert told.claim == "the list so far" and told.network == {"default": 20}
        assert "ConvolutionBackwardFilter ALGO_0, ALGO_3" in told.parted


def test_the_shipped_tables_of_a_cpu_claim_nothing_and_name_what_parts():
    said = says(shipped.measured("probes_cpu")).splitlines()
    assert len(said) == 3 and all("no cuDNN here" in line for line in said)
    assert ["SpatialTfSampler" in line for line in said] == [
        line.startswith("torch") for line in said
    ]
