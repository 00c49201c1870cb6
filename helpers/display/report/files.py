"""The files of a report: a page, a Markdown text, the summary, the table and the figures."""

import json
from pathlib import Path

import pandas as pd

from helpers import atomic
from helpers.display.report import as_html, as_markdown, blocks, sections, tables
from helpers.errors import InputError
from helpers.statistics import csv_tables
from helpers.study.ledger import Ledger


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
    report = _report(Path(source), margin)
    if notebooks:
        report.sections.insert(0, blocks.Section("", [blocks.Links(notebooks)]))
    made = {
        "summary.json": json.dumps(report.found, indent=1, allow_nan=False) + "\n",
        "summary.md": as_markdown.page(report),
        "table.csv": tables.overview(report.found).to_csv(index=False),
        "index.html": as_html.page(report),
    }
    pictures = {f"{name}.png": picture.png for name, picture in report.pictures.items()}
    return {name: text.encode() for name, text in made.items()} | pictures


def _report(source, margin):
    if source.is_dir():
        ledger = Ledger(source)
        known = ledger.study, ledger.records()  # refuses a folder that holds no study
        table = ledger.table()
    else:
        table, known = _read_csv(source), ({}, [])
    if "median_dsc_percent" in table.columns:
        return sections.of_published(csv_tables.read_published(source), margin, source.name)
    checked = csv_tables.check_table(table, str(source))
    return sections.of_study(checked, margin, source.name, *known)


def _read_csv(path):
    try:
        return pd.read_csv(path)
    except FileNotFoundError:
        raise InputError(f"{path} does not exist: name a study's folder or a CSV.") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{path} is not a CSV that can be read: {error}.") from error
