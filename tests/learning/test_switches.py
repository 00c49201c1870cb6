"""Switches belong to a process."""

import pytest

from helpers.errors import InputError
from helpers.learning import switches
from helpers.protocol import DEMO


def test_only_fixed_arms_have_switches():
    assert switches.wanted(False, DEMO) == switches.Switches()
    fixed = switches.wanted(True, DEMO)
    assert fixed == switches.Switches(True, 1, DEMO.fixed_threads)


def test_a_process_refuses_a_second_set_of_switches(monkeypatch):
    monkeypatch.setattr(switches, "_applied", [switches.Switches()])
    switches.apply(switches.Switches())
    with pytest.raises(InputError, match="other switches"):
        switches.apply(switches.Switches(True, 1, 1))
