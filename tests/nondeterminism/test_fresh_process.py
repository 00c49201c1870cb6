"""A process that has computed nothing before, for one call or for several."""

import os

import pytest

from helpers.learning.frameworks import environment
from helpers.nondeterminism import fresh_process


def test_one_process_serves_the_block_and_the_next_has_another(monkeypatch):
    monkeypatch.setattr(environment, "_found", {})
    monkeypatch.setenv("XLA_FLAGS", "--mine")
    environment.put("XLA_FLAGS", "--mine --ours")
    with fresh_process.kept({"ONEDNN_MAX_CPU_ISA": "AVX2"}) as call:
        first, second = call(os.getpid), call(os.getpid)
        seen = call(os.getenv, "ONEDNN_MAX_CPU_ISA"), call(os.getenv, "XLA_FLAGS")
    assert first == second != os.getpid()
    assert seen == ("AVX2", "--mine")
    assert fresh_process.call(os.getpid) not in (first, os.getpid())


def test_a_process_that_is_killed_is_a_sentence():
    with pytest.raises(fresh_process.Died, match="ended from outside, by a lack of memory"):
        fresh_process.call(os._exit, 9)
