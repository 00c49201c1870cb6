"""Names that somebody else has chosen say what they say, and do nothing, wherever they stand."""

import html.parser
import json

import mistune
import numpy as np
import pandas as pd
import pytest

from helpers.display import report
from helpers.display.escaping import cell, markdown
from helpers.errors import InputError
from helpers.plain import plain
from helpers.study.ledger import Ledger

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "![x](https://evil.example/x.png)",
    "https://evil.example/x",
    "www.evil.example",
    "# a heading",
    "- a list",
    "1. a list",
    "===",
    "***loud*** __loud__ ~~gone~~ `code`",
    "a | b | c",
    "&lt;b&gt; \\",
    "$x$ $$y$$",
    "<https://evil.example>",
]
UNSEEN = "red\x1b[31m \u202egnp.exe \x07 \u2028 \u200b"
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://evil.example")', "＝1"]


def _table(arms, patients=8, runs=3):
    rows = []
    for number, arm in enumerate(arms):
        rng = np.random.default_rng(number)
        for run, patient in np.ndindex(runs, patients):
            rows.append((arm, run, patient % 2, f"P{patient}", 80 + 10 * rng.random()))
    return pd.DataFrame(rows, columns=["arm", "repetition", "fold", "patient", "dsc_percent"])


def _contents(folder, arms):
    _table(arms).to_csv(folder / "study.csv", index=False)
    return report.contents(folder / "study.csv", 0.5)


class _Tags(html.parser.HTMLParser):
    """The tags of a page, with what they link to."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.addresses, self.text = set(), [], ""
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        """Keep it."""
        self.tags.add(tag)
        self.addresses += [value for name, value in attributes if name in ("href", "src")]

    def handle_data(self, data):
        """Keep it."""
        self.text += data


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_in_markdown_reads_as_it_is_and_makes_no_tag(name):
    render = mistune.create_markdown(
        escape=False, plugins=["table", "strikethrough", "url", "math"]
    )
    for before, tags in (("", {"p"}), ("- ", {"ul", "li"}), ("## ", {"h2"})):
        found = _Tags(render(before + markdown(name)))
        assert (found.tags, found.addresses) == (tags, [])
        assert found.text.strip() == name


def test_arms_of_any_name_are_text_in_the_summary_and_on_the_page(tmp_path):
    made = _contents(tmp_path, [*HOSTILE[:7], UNSEEN])
    render = mistune.create_markdown(escape=False, plugins=["table", "strikethrough", "url"])
    text = _Tags(render(made["summary.md"].decode()))
    page = _Tags(made["index.html"].decode())
    assert not {"script", "a", "iframe"} & (text.tags | page.tags)
    assert all(address in {*made} for address in text.addresses)
    assert all(address.startswith("data:image/png") for address in page.addresses)
    for content in (made["summary.md"], made["index.html"], made["table.csv"]):
        assert not set("\x1b\x07\u202e\u2028\u200b") & set(content.decode())
    assert set(json.loads(made["summary.json"])) >= {*HOSTILE[:7]}


def test_a_name_of_a_folder_is_text_too(tmp_path):
    ledger = Ledger(tmp_path / "<img src=x> **x**")
    ledger.open({"protocol": {"name": "<b>demo", "repetitions": 2, "folds": 1}})
    for run in range(2):
        dsc = {f"P{n}": 90.0 + n + run for n in range(6)}
        record = {"arm": "seeds", "repetition": run, "fold": 0, "dsc_percent": dsc}
        ledger.write(record | {"weights_sha256": f"{run}"})
    made = report.contents(ledger.folder)
    found = _Tags(mistune.create_markdown(escape=False)(made["summary.md"].decode()))
    assert not {"b", "strong"} & found.tags - {"strong"} and "<img src=x> **x**" in found.text
    assert "<img src=x>" not in made["index.html"].decode()


@pytest.mark.parametrize("name", FORMULAS)
def test_a_formula_is_text_in_the_table_for_people(name, tmp_path):
    assert cell(name) == f"'{name}" and cell(0.5) == 0.5 and cell("seeds") == "seeds"
    table = pd.read_csv(pd.io.common.BytesIO(_contents(tmp_path, [name])["table.csv"]))
    assert table["arm"].tolist() == [f"'{name}"]


def test_plain_text_stays_and_what_is_not_seen_is_written_out():
    assert plain("Zoë – 100 % ± μ “x” 漢字") == "Zoë – 100 % ± μ “x” 漢字"
    assert plain("a\x1b[2J\nb\u202ec\ud800") == "a\\x1b[2J\\nb\\u202ec\\ud800"
    assert plain("Müller".encode().decode("ascii", "surrogateescape")) == "Müller"


@pytest.mark.parametrize(
    "arm", [r"$\frac{$", "$", "$x$", "%", "{", "x" * 200, "漢" * 200, "NUL", "con", "..", "."]
)
def test_an_arm_of_any_name_is_drawn(arm, tmp_path):
    made = _contents(tmp_path, [arm, "seeds"])
    assert len([name for name in made if name.endswith(".png")]) == 2 + 1 + 2 * 5
    assert all(len(name.encode()) < 256 and "/" not in name for name in made)


def test_names_that_a_disk_takes_for_one_are_two_files(tmp_path):
    made = _contents(tmp_path, ["Seeds", "seeds", "x" * 41, "x" * 42])
    assert len({name.casefold() for name in made}) == len(made) == 4 + 2 + 1 + 4 * 5


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (_table(["x" * 300]), "an arm of 300 characters: give it a shorter name"),
        (_table([f"a{n}" for n in range(51)]), "has 51 values of arm, and a report takes 50"),
        (_table(["a"], patients=10_001, runs=1), "has 10,001 values of patient.* takes 10,000"),
        (_table(["a"], patients=200, runs=1001), "more than 200,000 rows"),
    ],
)
def test_what_is_more_than_a_report_takes_is_refused_before_any_work(
    table, says, tmp_path, monkeypatch
):
    monkeypatch.setattr(report.files.sections, "of_study", None)
    table.to_csv(tmp_path / "study.csv", index=False)
    with pytest.raises(InputError, match=says):
        report.write(tmp_path / "study.csv", tmp_path / "report")
    assert not (tmp_path / "report").exists()
