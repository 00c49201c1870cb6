"""The probes of cuDNN's list, live: the same code on a CPU, and on a device that is made up."""

import contextlib
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from helpers.learning.quiet_keras import ops
from helpers.nondeterminism import cudnn, cudnn_verdict
from helpers.nondeterminism.probes import adapters
from helpers.nondeterminism.probes.probe import Probe
from helpers.protocol import PARTING, SMOKE

SMALL = replace(SMOKE, size=8, depth=1, base_filters=2, batch=2)


@pytest.fixture
def in_this_process(monkeypatch):
    """Every fresh process is this one, which changes its switches as it likes; list of them."""
    applied = []
    monkeypatch.setattr(cudnn.process, "apply", applied.append)
    here = contextlib.nullcontext(lambda function, *arguments: function(*arguments))
    monkeypatch.setattr(cudnn.fresh_process, "kept", lambda: here)
    monkeypatch.setattr(cudnn.fresh_process, "call", lambda function, *given: function(*given))
    cudnn._cached.cache_clear()
    yield applied
    cudnn._cached.cache_clear()


def _made_up(name, cudnn_name, applied, parts_under):
    """A probe that gives other results, unless the switches in force have op determinism."""
    count = iter(range(10**6))

    def _compute():
        parts = applied[-1].op_determinism is False or parts_under == "all"
        return [ops.convert_to_tensor(np.full(3, next(count) if parts else 0, "float32"))]

    return Probe(name, "3", lambda seed: (_compute, ["x"]), cudnn_name)


def test_on_a_made_up_gpu_the_verdict_names_entry_and_switch(monkeypatch, in_this_process):
    made = [
        _made_up("filter", "ConvolutionBackwardFilter ALGO_0", in_this_process, "default"),
        _made_up("U-Net, step, batch norm stock", "", in_this_process, "default"),
    ]
    monkeypatch.setattr(cudnn, "listed", lambda protocol: made)
    for module in (adapters, cudnn):
        monkeypatch.setattr(module, "device", lambda: "GPU")
    found = cudnn.live_or(None, SMALL, runs=4)
    assert found["switches"].value_counts().to_dict() == {
        "default": 2,
        "control": 2,
        "op determinism": 2,
        "inter-op 1": 2,
    }
    said = cudnn_verdict.verdict(found)
    assert said.claim == "the list"
    assert said.ended_by["U-Net"] == ("control", "op determinism")
    assert set(found["device"]) == {"GPU"}


def test_live_on_a_cpu_is_the_same_code_with_another_device_name(in_this_process):
    if adapters.device() != "CPU":
        pytest.skip("this machine has a GPU")
    found = cudnn.live_or(None, SMALL, on="CPU", runs=2)
    assert list(found.columns) == list(cudnn.COLUMNS)
    keys = [(p.name, p.shape) for p in cudnn.listed(SMALL)]
    assert list(zip(found["probe"], found["shape"], strict=True)) == 2 * keys
    assert found["distinct"].dropna().eq(1).all()


def test_where_there_is_no_gpu_the_shipped_table_is_given_back(monkeypatch):
    monkeypatch.setattr(cudnn, "device", lambda: "CPU")
    table = pd.DataFrame()
    assert cudnn.live_or(table, SMALL) is table


def test_what_is_known_is_not_computed_again(in_this_process):
    every = list(cudnn.rows(SMALL, 2))
    assert list(cudnn.rows(SMALL, 2, every)) == []
    again = list(cudnn.rows(SMALL, 2, every[:-3]))
    assert [r["probe"] for r in again] == [r["probe"] for r in every[-3:]]


def test_the_list_is_nvidias_and_the_network():
    names = [p.name for p in cudnn.listed(PARTING)]
    assert {p.cudnn.split(" ")[0] for p in cudnn.listed(PARTING)} == {
        "",
        "CTCLoss",
        "ConvolutionBackwardData",
        "ConvolutionBackwardFilter",
        "PoolingBackward",
        "SpatialTfSamplerBackward",
    }
    assert "max pooling 2×2/2, gradient" in names and "max pooling 3×3/2, gradient" in names
    assert [n for n in names if n.startswith("U-Net")] == [
        "U-Net, gradient, batch norm stock",
        "U-Net, step, batch norm stock",
    ]
