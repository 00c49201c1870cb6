"""Arms say everything about themselves, and no two do the same."""

import pytest

from helpers.errors import InputError
from helpers.learning import arms


def test_no_two_arms_behave_alike_or_look_alike():
    known = arms.ARMS.values()
    assert len({arm.behaviour for arm in known}) == len(arms.ARMS)
    assert len({arm.colour for arm in known}) == len(arms.ARMS)


def test_every_arm_tells_a_reader_all_that_there_is_to_tell():
    for row in arms.table():
        assert all(row.values()), row
    assert [row["arm"] for row in arms.table()] == list(arms.ARMS)


def test_the_seeds_that_an_arm_is_said_to_have_are_those_that_it_has():
    for arm in arms.ARMS.values():
        assert arm.seeds == ("other" if arm.behaviour.new_seeds else "same")
        assert ("seed" in arm.holds_for) != arm.behaviour.new_seeds


def test_arms_are_found_by_whether_they_fix_their_threads():
    assert "control" in arms.named(True) and "default" in arms.named(False)
    assert sorted([*arms.named(True), *arms.named(False)]) == sorted(arms.ARMS)


def test_an_unknown_arm_is_named_with_the_known_ones():
    with pytest.raises(InputError, match="control, default"):
        arms.arm("kontrol")
