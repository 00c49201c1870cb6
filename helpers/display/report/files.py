"""The files of a report: a page, a Markdown text, the summary, the table and the figures."""

import json
from pathlib import Path

from helpers import ours
from helpers.columns import is_name
from helpers.display import escaping
from helpers.display.report import as_html, as_markdown, blocks, sections, tables, votes
from helpers.errors import InputError
from helpers.plain import plain
from helpers.statistics import csv_tables
from helpers.study.ledger import Ledger

KIND = "report"  # of a folder
MOST = {"arm": 50, "patient": 10_000}  # of a table; its rows: csv_text.MOST


def write(source, folder, margin=0.5):
    """Write the report of ``source`` as ``folder``; returns the path of its page.

    source : a study's folder, a published table, or a CSV of one row a patient and cell
    folder : of the report; an earlier one of the same source is replaced, and nothing else is
    margin : percentage points; when it was chosen is the user's to say
    raises : InputError naming the file and what is wrong with it; nothing is written then
    """
    ours.check(folder, KIND, source)
    ours.write(folder, contents(source, margin), KIND, source)
    return Path(folder) / "index.html"


def contents(source, margin=0.5, notebooks=()):
    """The files of a report: dict of name → bytes; arguments as `write`.

    notebooks : (link, title) pairs for the head of the page
    """
    report = _report(Path(source), margin)
    if notebooks:
        report.sections.insert(0, blocks.Section("", [blocks.Links(notebooks)]))
    made = {
        "summary.json": json.dumps(report.found, indent=1, allow_nan=False) + "\n",
        "summary.md": as_markdown.page(report),
        "table.csv": tables.overview(report.found).map(escaping.cell).to_csv(index=False),
        "index.html": as_html.page(report),
    }
    pictures = {f"{name}.png": picture.png for name, picture in report.pictures.items()}
    return {name: text.encode() for name, text in made.items()} | pictures


def _report(source, margin):
    name = source.resolve().name
    if source.is_dir():
        ledger = Ledger(source)
        known = ledger.study, ledger.records()  # refuses a folder that holds no study
        table = csv_tables.check_table(ledger.table(), str(source), recorded=True)
        _refuse_more(table, source)
        return sections.of_study(table, margin, name, *known, votes.sections(ledger))
    if csv_tables.is_published(source):
        return sections.of_published(csv_tables.read_published(source), margin, name)
    table = csv_tables.read_study(source)
    _refuse_more(table, source)
    return sections.of_study(table, margin, name, {}, [])


def _refuse_more(table, source):
    """InputError where a table has more than a report says in minutes, or in a gigabyte or two."""
    for column, most in MOST.items():
        found = table[column].nunique()
        if found > most:
            raise InputError(
                f"{source} has {found:,} values of {column}, and a report takes {most:,}: give it "
                "fewer at once."
            )
    longest = max(table["arm"].unique(), key=len)
    if not is_name(plain(longest)):
        raise InputError(
            f"{source} has an arm of {len(longest)} characters: give it a shorter name."
        )
