"""Medians by machine: every run is a dot, machines of one group look alike."""

from helpers.display.figures.room_medians import room_medians
from helpers.statistics import room_summary
from tests.display.example_room import example_room


def _drawn(ax, arm="control", **changed):
    room = example_room(**changed)
    return room, room_medians(room, room_summary.summarise(**room.numbers), arm, ax)


def test_every_run_is_a_dot_and_a_group_has_one_look(ax):
    room, _ = _drawn(ax)
    dots = [line for line in ax.lines if line.get_marker() != "None"]
    assert sorted(x for d in dots for x in d.get_xdata()) == sorted(
        x for values in room.results("control").values() for x in values
    )
    looks = {(d.get_marker(), d.get_color()) for d in dots}
    assert len(looks) == len(room.groups("control")) == 4


def test_the_title_counts_and_the_text_names_each_machine_and_the_yardstick(ax):
    _drawn(ax)
    assert ax.get_title() == "control: 4 different results on 12 machines"
    assert "2 · ONEDNN_MAX_CPU_ISA:AVX2 · 3 cores, group B" in ax.get_label()
    assert "the SD of other seeds" in ax.get_label()


def test_a_thousand_machines_have_no_names_on_the_axis(ax):
    _drawn(ax, machines=200, kinds=30)
    assert not ax.get_yticks().size and "200 machines" in ax.get_ylabel()
    assert len(ax.get_label()) < 6000


def test_one_machine_is_drawn_too(ax):
    _drawn(ax, machines=1, arms=("control",))
    assert "1 different results on 1 machines" in ax.get_title()
