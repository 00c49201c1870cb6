"""A protocol refuses numbers that no experiment can have, and is chosen by name."""

from dataclasses import replace

import pytest

from helpers.errors import InputError
from helpers.protocol import DEMO, SMOKE
from helpers.protocols import CHOICE, choose


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"batch_norm": "some"}, "use stock, fused or none"),
        ({"loop": "jit"}, "use fit or compiled"),
        ({"last_batch": "gone"}, "use kept or dropped"),
        ({"cohort": "mine"}, "use phantom or hippocampus"),
        ({"plane": "oblique"}, "use axial, coronal, sagittal or acquired"),
        ({"slice_step": 0}, "slice_step is 0: use a number from 1, or more"),
        ({"size": 60}, "cannot be halved 3 times"),
        ({"size": 16**5000}, "a number of thousands of digits: use a number from 1"),
        ({"folds": 99}, "99 folds need as many patients"),
        ({"folds": 1}, "folds is 1: use a number from 2, or more"),
        ({"phases": (-1,)}, "not different numbers from 0"),
        ({"phases": (1, 1)}, "not different numbers from 0"),
        ({"phases": ()}, "not different numbers from 0"),
        ({"phases": (True,)}, "not different numbers from 0"),
        ({"phases": (0.5,)}, "not different numbers from 0"),
    ],
)
def test_impossible_numbers_are_refused_in_a_sentence(wrong, says):
    with pytest.raises(InputError, match=says):
        replace(DEMO, **wrong)


def test_the_environment_chooses_before_the_notebook(monkeypatch):
    monkeypatch.delenv(CHOICE, raising=False)
    assert choose("demo") == DEMO
    monkeypatch.setenv(CHOICE, "smoke")
    assert choose("demo") == SMOKE
    with pytest.raises(InputError, match="no protocol 'nonsense'"):
        monkeypatch.setenv(CHOICE, "nonsense")
        choose("demo")


def test_demo_is_never_smaller_than_a_workshop_needs():
    assert DEMO.patients >= 20 and DEMO.folds >= 5 and DEMO.repetitions >= 3
