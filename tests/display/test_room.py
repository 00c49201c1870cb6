"""The page of a room: its numbers are room.json's, its names only show, it is quick and whole."""

import html.parser
import json
import time

import pytest

from helpers.display import room as pages
from helpers.display.pictures import POLICY
from helpers.errors import InputError
from helpers.interlaboratory import line as lines
from helpers.interlaboratory import room
from helpers.interlaboratory.finding import Damaged
from tests.display.example_room import example_lines, example_room, renamed


class _Tags(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes = set(), set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory):
    path = tmp_path_factory.mktemp("form") / "form.csv"
    rows = [lines.text(line) for line in example_lines()]
    path.write_text("Timestamp,Your line\n" + "\n".join(f"today,{row}" for row in rows))
    return path


def test_page_and_numbers_say_the_same(handed_in, tmp_path):
    page, found = pages.write([handed_in], tmp_path / "room")
    told = json.loads((tmp_path / "room" / "room.json").read_text())
    text = page.read_text()
    assert len(told["machines"]) == len(found.lines) == 12
    assert told["groups"]["control"]["A"]["machines"] == found.groups("control")["A"].machines
    assert told["told_apart_by"]["control"] == ["set"]
    for arm in ("control", "order"):
        assert f"{told['arms'][arm]['s_R']:.3f}" in text
    assert POLICY in text and "12 machines, protocol demo." in text
    assert "machines that are alike in settings have the same bits" in text
    assert (tmp_path / "room" / "machines.csv").read_text().count("\n") == 13


def test_what_is_left_out_is_named_on_the_page_and_in_the_numbers(tmp_path):
    rows = [lines.text(line) for line in example_lines()]
    (tmp_path / "a.txt").write_text("\n".join([*rows, rows[0].replace("AMD", "ADM"), rows[1]]))
    page, _ = pages.write([tmp_path / "a.txt"], tmp_path / "room")
    told = json.loads((tmp_path / "room" / "room.json").read_text())
    assert [d["row"] for d in told["damaged"]] == [13] and told["duplicates"] == 1
    assert "a.txt, row 13" in page.read_text() and "1 line came again" in page.read_text()


def test_a_thousand_lines_take_less_than_five_seconds(tmp_path):
    rows = [lines.text(line) for line in example_lines(1000, 25)]
    (tmp_path / "many.txt").write_text("\n".join(rows))
    pages.contents(example_room())  # Matplotlib's first figure is not the room's
    started = time.process_time()
    _, found = pages.write([tmp_path / "many.txt"], tmp_path / "room")
    assert len(found.lines) == 1000
    assert time.process_time() - started < 5


def test_names_only_show():
    """A checksum is no signature: whoever forges a line gets no further than a letter of text."""
    hostile = "<script>alert(1)</script>"
    found = [renamed(line, cpu=hostile, set=hostile) for line in example_lines()]
    damaged = [Damaged("<img src=x>.txt", 1, "<b>x</b>", "it is")]
    text = pages.contents(room.of_lines(found, damaged), name="<i>x</i>")["index.html"].decode()
    tags = _Tags(text)
    assert not tags.tags & {"script", "i", "iframe", "link"} and "onerror" not in tags.attributes
    assert "<img src=x>" not in text and "&lt;script&gt;" in text


def test_a_table_for_a_spreadsheet_holds_no_formula():
    found = [renamed(line, cpu=f"=1+{n}") for n, line in enumerate(example_lines())]
    table = pages.contents(room.of_lines(found))["machines.csv"].decode()
    assert ",=1" not in table


@pytest.mark.parametrize("machines", [1, 2, 3])
def test_one_two_and_three_machines_have_a_page(machines):
    made = pages.contents(example_room(machines=machines))
    assert json.loads(made["room.json"])["arms"]["control"]["machines"] == machines
    assert f"{machines} machines" in made["index.html"].decode()


@pytest.mark.parametrize("arms", [("seeds",), ("control",)])
def test_one_arm_alone_has_a_page(arms):
    assert pages.contents(example_room(arms=arms))["index.html"]


def test_an_earlier_room_is_replaced_and_nothing_else_is(handed_in, tmp_path):
    pages.write([handed_in], tmp_path / "room")
    pages.write([handed_in], tmp_path / "room")
    (tmp_path / "room" / "mine.txt").write_text("keep")
    with pytest.raises(InputError, match="mine.txt"):
        pages.write([handed_in], tmp_path / "room")
    assert (tmp_path / "room" / "mine.txt").read_text() == "keep"


def test_nothing_is_written_where_there_is_no_line(tmp_path):
    (tmp_path / "empty.txt").write_text("good morning")
    with pytest.raises(InputError, match="holds no line"):
        pages.write([tmp_path / "empty.txt"], tmp_path / "room")
    assert not (tmp_path / "room").exists()
