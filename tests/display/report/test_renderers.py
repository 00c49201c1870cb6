"""Both renderers go through the same list, and every kind of block stands in both."""

import re
from html import unescape

import pandas as pd
import pytest

from helpers.display.pictures import Picture
from helpers.display.report import as_html, as_markdown, blocks
from helpers.display.report.blocks import Report, Section

FRAME = pd.DataFrame({"arm": ["seeds", "a|b"], "runs": [31, 32]})
EXAMPLES = {
    "Links": ([("01.html", "the first"), ("02.html", "the second")], ["the first", "the second"]),
    "Verdicts": ({"seeds": "Not shown.", "control": "Identical."}, ["seeds", "Identical."]),
    "Paragraphs": (["One thing.", "Another."], ["One thing.", "Another."]),
    "Note": ("Read it so.", ["Read it so."]),
    "Bullets": (["First.", "Second."], ["First.", "Second."]),
    "Heading": ("seeds", ["seeds"]),
    "Table": (FRAME, ["arm", "31", "32"]),
    "Answers": (FRAME, ["arm", "31", "32"]),
    "Pictures": ({"runs": Picture(b"png", "Dots [in %].")}, ["Dots"]),
}


def _rendered(block):
    report = Report("mine", {}, [Section("A section", [block])])
    return as_html.page(report), as_markdown.page(report)


def test_there_is_an_example_of_every_kind_of_block():
    assert {kind.__name__ for kind in blocks.Block.__subclasses__()} == set(EXAMPLES)


@pytest.mark.parametrize("kind", EXAMPLES)
def test_a_block_stands_on_the_page_and_in_the_text(kind):
    content, words = EXAMPLES[kind]
    for text in _rendered(getattr(blocks, kind)(content)):
        places = [text.index(word, text.index("A section")) for word in words]
        assert places == sorted(places)


def test_sections_keep_their_order_and_the_head_has_no_title():
    listed = [Section("", [blocks.Note("At once.")]), Section("Then", []), Section("Last", [])]
    page, text = as_html.page(Report("x", {}, listed)), as_markdown.page(Report("x", {}, listed))
    assert re.findall(r"^## (.+)$", text, re.M) == re.findall("<h2>(.+)</h2>", page)
    assert text.index("At once.") < text.index("## Then")


def test_what_looks_like_html_is_text_on_the_page():
    page, _ = _rendered(blocks.Bullets(["<b>bold</b> & more"]))
    assert "<li>&lt;b&gt;bold" in page and "<b>bold</b> & more" in unescape(page)


def test_text_cannot_break_a_table_or_a_picture():
    _, table = _rendered(blocks.Table(FRAME))
    assert r"| a\|b | 32 |" in table
    _, picture = _rendered(blocks.Pictures({"runs": Picture(b"png", "Dots [in %].")}))
    assert r"![Dots \[in %\].](runs.png)" in picture
