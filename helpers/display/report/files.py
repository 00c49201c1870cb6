"""The files of a report: a page, a Markdown text, the summary, the table and the figures."""

import json
from pathlib import Path

from helpers import atomic
from helpers.display.report import as_html, as_markdown, of_published, of_study, sources, tables


def write(source, folder, margin=0.5, notebooks=()):
    """Write the report of ``source`` into ``folder``; returns the path of its page.

    source : a study's folder, a published table, or a CSV of one row a patient and cell
    margin : percentage points, chosen before looking
    notebooks : (link, title) pairs for the head of the page
    raises : InputError naming the file and what is wrong with it; nothing is written then
    """
    for name, content in contents(source, margin, notebooks).items():
        atomic.write_bytes(Path(folder) / name, content)
    return Path(folder) / "index.html"


def contents(source, margin, notebooks=()):
    """The files of a report: dict of name → bytes; arguments as `write`."""
    kind = of_published if sources.is_published(source) else of_study
    report = kind.report(source, margin, notebooks)
    made = {
        "summary.json": json.dumps(report.found, indent=1, allow_nan=False) + "\n",
        "summary.md": as_markdown.page(report),
        "table.csv": tables.overview(report.found).to_csv(index=False),
        "index.html": as_html.page(report),
    }
    pictures = {f"{name}.png": picture.png for name, picture in report.pictures.items()}
    return {name: text.encode() for name, text in made.items()} | pictures
