"""A room: one line a study, one experiment, groups of the same bits, and what goes with them."""

import dataclasses

import pytest

from helpers.errors import InputError
from helpers.interlaboratory import line, of_study, room
from helpers.interlaboratory.finding import in_text
from tests.interlaboratory.example_lines import PRINTS, write_study

ISAS = {0: "fma avx avx2 avx512f", 1: "fma avx avx2", 2: ""}


@pytest.fixture(scope="module")
def lines(tmp_path_factory):
    """Five machines of three kinds, told apart by their instructions."""
    found = []
    for n, kind in enumerate((0, 1, 0, 2, 0)):
        cpu = {"model": "AMD EPYC", "vectors": ISAS[kind]}
        prints = PRINTS | {"cpu": cpu, "cores": 2 + n % 2}
        folder = tmp_path_factory.mktemp("study") / str(n)
        found.append(line.parsed(of_study.line(write_study(folder, n, kind=kind, prints=prints))))
    return found


def test_machines_with_the_same_bits_are_a_group_and_what_they_share_is_told(lines):
    found = room.of_lines(lines).groups("control")
    assert {letter: group.machines for letter, group in found.items()} == {
        "A": [1, 3, 5],
        "B": [2],
        "C": [4],
    }
    assert found["A"].shared["isa"] == "avx512" and found["B"].shared["isa"] == "avx2"


def test_groups_agree_with_a_comparison_of_every_pair(lines):
    found = room.of_lines(lines)
    for arm in found.arms:
        letters = found.letters(arm)
        for n, one in enumerate(lines, 1):
            for m, other in enumerate(lines, 1):
                same = one.arm(arm).digest == other.arm(arm).digest
                assert (letters[n] == letters[m]) == same


def test_the_fewest_properties_that_tell_the_groups_apart_are_told(lines):
    assert room.of_lines(lines).explained_by("control") == ("isa",)


def test_two_properties_together_may_tell_what_none_does_alone():
    names = room.machine.NAMES
    told = [
        (f"{isa}{keras}", dict.fromkeys(names, "x") | {"isa": isa, "keras": keras})
        for isa in "ab"
        for keras in "12"
    ]
    assert room.telling(told + told) == ("isa", "keras")
    assert room.telling(told) == ()  # each machine is a kind of its own: that explains nothing
    assert room.telling([("A", told[0][1]), ("B", told[0][1]), ("B", told[1][1])]) == ()
    assert room.telling(told[:1] * 3) == ()


def test_a_line_that_comes_twice_counts_once_and_a_longer_one_of_its_study_wins(lines, tmp_path):
    short = of_study.of_folder(write_study(tmp_path, 9, arms=("control",), runs=2))
    long = of_study.of_folder(write_study(tmp_path, 9, arms=("control",), runs=3))
    found = room.of_lines([*lines, lines[0], short, long, short])
    assert len(found.lines) == 6 and found.duplicates == 3
    assert found.lines[5].arm("control").runs == 3


def test_other_code_numbers_or_data_are_kept_apart(lines):
    others = [
        dataclasses.replace(lines[0], code="x" * 8, study="1" * 8),
        dataclasses.replace(lines[0], data="x" * 8, study="2" * 8),
        dataclasses.replace(lines[0], protocol="smoke." + "x" * 8, study="3" * 8),
        dataclasses.replace(lines[0], protocol="smoke." + "x" * 8, study="4" * 8),
    ]
    found = room.of_lines([*others, *lines])
    assert len(found.lines) == 5 and sum(found.apart.values()) == 4
    assert found.protocol == "demo"
    assert found.apart["smoke." + "x" * 8, lines[0].code, lines[0].data] == 2


def test_machines_are_named_by_what_they_do_not_share(lines):
    assert room.of_lines(lines).names[2] == "2 · avx2 · 3 cores"


def test_a_room_without_a_line_is_refused(lines, tmp_path):
    with pytest.raises(InputError, match="python -m helpers line STUDY"):
        room.of_text("good morning")
    broken = line.text(lines[0]).replace("cores", "c0res")
    with pytest.raises(InputError, match="that is whole, and 1 damaged"):
        room.of_lines(*in_text(broken))


def test_an_arm_that_only_some_ran_has_only_their_results(lines):
    less = dataclasses.replace(lines[0], arms=lines[0].arms[1:])
    found = room.of_lines([less, *lines[1:]])
    assert set(found.results("control")) == {2, 3, 4, 5}
    assert set(found.results("seeds")) == {1, 2, 3, 4, 5}
    assert found.arms == ["control", "default", "order", "seeds"]
