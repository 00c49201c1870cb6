"""A study as an RO-Crate 1.1: a folder that says itself what is in it, for an archive.

https://w3id.org/ro/crate/1.1. The crate is made anew each time.
"""

import hashlib
import json
import re
from importlib.resources import files
from pathlib import Path

from helpers import ours, reading
from helpers.columns import COLUMNS
from helpers.display import report
from helpers.display.crate_metadata import FILES, MADE_WITH, describe
from helpers.display.escaping import markdown
from helpers.errors import InputError
from helpers.plain import plain
from helpers.study import export
from helpers.study.ledger import Ledger

_KIND = "crate"  # of a folder
_DEFAULT = "MIT"
HIPPOCAMPI = "CC-BY-SA-4.0"  # licence of their masks, and of what is made of them
MASKS = (
    f"A line of `{export.MASKS}` is an array of true and false. `bits` are its bits, eight a byte, "
    "the first the highest, columns running fastest, packed by zlib and written in base64. `shape` "
    "is slices, rows and columns of the patient's own grid; slices alone for which are labelled. "
    "Records name arrays by `sha256`: of the shape as `[9, 64, 64]`, a new line, and those bytes."
)


def write(source, folder, author=None, licence=None, margin=0.5):
    """Write the study in ``source`` as an RO-Crate; returns its number of files.

    folder  : of the crate; an earlier one of this study is replaced, and nothing else is
    author  : name of a person; the software's maintainers when None
    licence : an identifier of https://spdx.org/licenses; that of the software when None
    margin  : of the report, percentage points
    raises  : InputError when there is no record, ``folder`` holds something else, masks would go
              out without a licence that was named, or the packages rocrate and pyarrow are
              missing
    """
    library, source, folder = _library(), Path(source), Path(folder)
    named, licence = licence is not None, _DEFAULT if licence is None else licence
    if not re.fullmatch(r"[A-Za-z0-9.+-]+", licence):
        raise InputError(f"{licence!r} is no SPDX identifier: give one such as CC-BY-4.0.")
    ours.check(folder, _KIND, source)
    ledger = Ledger(source)
    protocol = ledger.study.get("protocol", {}).get("name")
    title = plain(f"Repeated trainings under the protocol {protocol}: {source.resolve().name}")
    summary = _summary(ledger, source)
    contents = _contents(ledger, title, summary, licence, margin)
    if export.MASKS in contents and not named:
        raise InputError(
            "This study keeps masks, and their licence is that of their images: name it with "
            f"--licence, {HIPPOCAMPI} for the hippocampi that ship, {_DEFAULT} for phantoms."
        )
    crate = library.ROCrate(version="1.1")
    describe(crate, contents, title, summary, author and plain(author), licence)
    with ours.replacing(folder, _KIND, source) as new:
        crate.write(new)
    return len(contents) + 1


def _library():
    try:
        from rocrate import rocrate
    except ImportError:
        raise InputError(
            "An RO-Crate needs two more packages: python -m pip install rocrate pyarrow, "
            "or name a .csv to export the table alone."
        ) from None
    return rocrate


def _summary(ledger, source):
    records = ledger.records()
    if not records:
        raise InputError(f"{source} holds no record yet: let one cell finish first.")
    return (
        f"One network trained again and again: {len(records)} trainings of the arms "
        f"{', '.join(sorted({r['arm'] for r in records}))}, with the DSC of each held-out patient."
    )


def _contents(ledger, title, summary, licence, margin):
    """The files of the crate: dict of name → bytes. The README says why there is no report."""
    lines, table, masks = export.lines(ledger), ledger.table(), export.masks(ledger)
    try:
        reported, reason = report.contents(ledger.folder, margin), None
    except InputError as error:
        reported, reason = {}, str(error)
    contents = {
        "README.md": _readme(title, summary, licence, reason, masks).encode(),
        "table.parquet": export.table_bytes(table, ".parquet"),
        "table.csv": export.table_bytes(table, ".csv"),
        export.RECORDS: lines,
        **({export.MASKS: masks} if masks else {}),
        "study.json": reading.content(ledger.folder / "study.json"),
        "data_digests.json": _data_digests(ledger.study),
        **{f"report/{name}": content for name, content in reported.items()},
    }
    if export.lines(ledger) != lines:
        raise InputError(f"{ledger.folder} got a new record meanwhile: export it again.")
    return contents


def _data_digests(study):
    manifest = (files("helpers.reference") / "data_manifest.csv").read_bytes()
    digests = {
        "data_sha256": study.get("data_sha256"),
        "data_manifest.csv": hashlib.sha256(manifest).hexdigest(),
    }
    return (json.dumps(digests, indent=1) + "\n").encode()


def _readme(title, summary, licence, reason, masks):
    held = {n: meaning for n, meaning in FILES.items() if masks or n != export.MASKS}
    listed = [f"- `{name}`: {meaning}" for name, meaning in held.items()]
    report_too = "- `report/`: page, text, figures"
    reported = f"There is no report: {markdown(reason)}" if reason else report_too
    columns = [f"| `{c.name}` | {c.meaning} | {c.unit} |" for c in COLUMNS]
    parts = [
        f"# {markdown(title)}",
        markdown(summary),
        "\n".join([*listed, reported]),
        "The tables hold names and numbers as the records do. A spreadsheet takes a name that "
        "begins with = + - or @ for a formula: read them with a program.",
        "\n".join(["| column of the tables | is | unit |", "|---|---|---|", *columns]),
        *([MASKS] if masks else []),
        f"Made with {MADE_WITH}. There, `python -m helpers import THIS_FOLDER --out "
        "my_study` makes the study's folder again; on the machine that `study.json` describes, "
        "`python -m helpers run … --out my_study` goes on with it.",
        f"Licence: https://spdx.org/licenses/{licence}",
    ]
    return "\n\n".join(parts) + "\n"
