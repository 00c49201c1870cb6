"""The cap comes before first use, peaks are this cell's, and the paper sum counts as Keras does."""

from types import SimpleNamespace

import numpy as np
import pytest

from helpers.learning import footprint, memory, unet
from helpers.protocol import DEMO, PAPER, PARTING, SMOKE


def test_every_gpu_gets_one_device_of_a_k80s_memory(monkeypatch):
    given = {}
    config = SimpleNamespace(
        list_physical_devices=lambda kind: ["a", "b"] if kind == "GPU" else [],
        LogicalDeviceConfiguration=lambda memory_limit: memory_limit,
        set_logical_device_configuration=given.__setitem__,
    )
    on_tensorflow = pytest.importorskip("helpers.learning.frameworks.on_tensorflow")
    monkeypatch.setattr(on_tensorflow, "tf", SimpleNamespace(config=config))
    on_tensorflow.cap_gpus(memory.CAP_MIB)
    assert given == {"a": [11_264], "b": [11_264]}


def _tensorflow(forgotten):
    experimental = SimpleNamespace(
        reset_memory_stats=forgotten.append,
        get_memory_info=lambda gpu: {"current": 1, "peak": 5_000_000},
    )
    return SimpleNamespace(
        config=SimpleNamespace(list_logical_devices=lambda kind: [kind], experimental=experimental)
    )


def _torch(forgotten):
    cuda = SimpleNamespace(
        is_available=lambda: True,
        reset_peak_memory_stats=forgotten.append,
        max_memory_allocated=lambda gpu: 5_000_000,
    )
    return SimpleNamespace(cuda=cuda)


def _jax(forgotten):
    forgotten.append("never")
    statistics = {"peak_bytes_in_use": 5_000_000}
    gpu = SimpleNamespace(platform="gpu", memory_stats=lambda: statistics)
    return SimpleNamespace(local_devices=lambda: [gpu])


@pytest.mark.parametrize(
    ("module", "name", "replaced"),
    [("on_tensorflow", "tf", _tensorflow), ("on_torch", "torch", _torch), ("on_jax", "jax", _jax)],
)
def test_a_gpus_peak_is_the_frameworks_own_count(module, name, replaced, monkeypatch):
    """Functions of the framework replaced: no GPU is needed."""
    forgotten = []
    module = pytest.importorskip(f"helpers.learning.frameworks.{module}")
    monkeypatch.setattr(module, name, replaced(forgotten))
    monkeypatch.setattr(memory.frameworks, "here", lambda: module)
    memory.forget_peaks()
    assert memory.peaks_mb()["gpu"] == 5.0 and len(forgotten) == 1


def test_the_peak_is_of_what_was_held_since_it_was_forgotten():
    memory.forget_peaks()
    before = memory.peaks_mb()["process"]
    held = np.ones(25_000_000)
    during = memory.peaks_mb()["process"]
    assert during - before > 150 and held[0] == 1
    if memory._CLEAR.exists():
        del held
        memory.forget_peaks()
        assert memory.peaks_mb()["process"] < during - 150


@pytest.mark.parametrize("norm", ["stock", "none"])
@pytest.mark.parametrize("protocol", [PAPER, PARTING, DEMO, SMOKE], ids=lambda p: p.name)
def test_the_paper_sum_counts_the_weights_that_keras_has(protocol, norm):
    from dataclasses import replace

    p = replace(protocol, batch_norm=norm)
    model = unet.build((p.size, p.size, len(p.phases)), p.depth, p.base_filters, norm)
    counted = footprint.unet(p)
    assert counted.trainable == sum(int(np.prod(w.shape)) for w in model.trainable_weights)
    assert counted.averages == sum(int(np.prod(w.shape)) for w in model.non_trainable_weights)


def test_the_paper_sum_counts_the_outputs_of_all_layers():
    p = PAPER
    model = unet.build((p.size, p.size, len(p.phases)), p.depth, p.base_filters, p.batch_norm)
    outputs = sum(int(np.prod(layer.output.shape[1:])) for layer in model.layers)
    sigmoid_beside_its_input = p.size**2
    assert footprint.unet(p).activations == p.batch * (outputs + sigmoid_beside_its_input)


def test_the_papers_step_fits_a_k80_on_paper():
    assert 1_000 < footprint.unet(PAPER).mib < memory.CAP_MIB
