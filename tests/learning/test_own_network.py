"""Somebody's own network: found by name, drawn by the seed, the same in a warm process."""

import numpy as np
import pytest

from helpers.errors import InputError
from helpers.learning import own_network, unet, weights
from tests import example_network
from tests.learning.test_cell import TINY, _in_fresh_process, fresh

NAME = "tests.example_network:build"


def test_the_name_finds_the_function():
    assert own_network.load(NAME).__name__ == "build"


@pytest.mark.parametrize("name", ["tests.example_network", "nowhere.at_all:build", "os:build"])
def test_a_name_that_leads_nowhere_is_named(name):
    with pytest.raises(InputError, match=name.split(":")[0]):
        own_network.load(name)


def test_the_digest_follows_the_code_and_its_neighbours(tmp_path, monkeypatch):
    package = tmp_path / "somebodys"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "net.py").write_text("def build(shape): ...\n")
    monkeypatch.syspath_prepend(tmp_path)
    one = own_network.sha256("somebodys.net:build")
    assert one == own_network.sha256("somebodys.net:build")
    (package / "blocks.py").write_text("DEPTH = 3\n")
    assert own_network.sha256("somebodys.net:build") != one
    with pytest.raises(InputError, match="no file of Python"):
        own_network.sha256("nobodys.net:build")


@pytest.mark.parametrize(
    ("function", "said"),
    [(example_network.too_small, "output"), (example_network.no_network, "no keras")],
)
def test_a_network_that_cannot_serve_is_refused(function, said):
    with pytest.raises(InputError, match=said):
        own_network.build(function, (32, 32, 2))


def test_a_network_with_dropout_draws_and_one_without_does_not():
    assert own_network.draws(own_network.build(example_network.build, (32, 32, 2)))
    assert not own_network.draws(own_network.build(lambda shape: unet.of(TINY, shape), (32, 32, 2)))


def test_kernels_are_drawn_by_the_generator_and_constants_stay():
    model = own_network.build(example_network.build, (32, 32, 2))
    values = model.get_weights()
    one, same, other = (weights.first_weights(values, np.random.default_rng(s)) for s in (1, 1, 2))
    for value, a, b, c in zip(values, one, same, other, strict=True):
        np.testing.assert_array_equal(a, b)
        assert np.array_equal(a, c) == (value.ndim == 1)
    widest = one[0]
    assert np.abs(widest).max() <= np.sqrt(6 / np.prod(widest.shape[:-1]))


def test_a_warm_process_trains_it_as_a_fresh_one_does(discs):
    cohort = discs(4, TINY.size)
    jobs = [("seeds", 1, 1), ("control", 0, 0), ("control", 1, 0), ("seeds", 1, 0)]
    _, one, again, other = _in_fresh_process(fresh.records, TINY, jobs, cohort, NAME)
    [alone] = _in_fresh_process(fresh.records, TINY, jobs[1:2], cohort, NAME)
    assert one["epochs_sha256"] == again["epochs_sha256"] == alone["epochs_sha256"]
    assert other["weights_sha256"] != one["weights_sha256"]


@pytest.mark.parametrize(
    ("name", "files", "changed"),
    [
        ("whole:build", {"whole/__init__.py": "from whole.net import build"}, "whole/net.py"),
        ("deep.net:build", {"deep/__init__.py": "", "deep/net.py": ""}, "deep/layers/conv.py"),
        (
            "lone:build",
            {"lone.py": "import lone_parts", "lone_parts.py": "import lone_more"},
            "lone_more.py",
        ),
        ("fed:build", {"fed.py": "from fed_parts.conv import one"}, "fed_parts/conv.py"),
    ],
)
def test_the_digest_moves_with_all_of_ones_own_code(name, files, changed, tmp_path, monkeypatch):
    for path, text in {**files, changed: "FILTERS = 4"}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    before = own_network.sha256(name)
    (tmp_path / "nobodys.py").write_text("")
    assert own_network.sha256(name) == before
    (tmp_path / changed).write_text("FILTERS = 16")
    assert own_network.sha256(name) != before
