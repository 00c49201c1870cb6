"""A CSV file as texts: every row with its line in the file; what is no such file is named."""

import bz2
import codecs
import csv
import gzip
import io
import itertools
import lzma
import zlib
from pathlib import Path

import pandas as pd

from helpers.errors import InputError

MOST = 200_000  # rows of a table: these take minutes and 2 GB
LINE = "line"  # what the index of a frame is called that gives each row's line in its file
_SAVE = "save the table as a CSV in UTF-8, with commas between columns and points in numbers"
_PACKED = {b"\x1f\x8b": gzip.decompress, b"BZh": bz2.decompress, b"\xfd7zXZ": lzma.decompress}
_OTHERS = {
    b"PK\x03\x04": "an Excel workbook or another archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"PAR1": "a Parquet file",
    b"%PDF": "a PDF",
}
_MARKS = {  # in this order: the mark of UTF-32 begins with that of UTF-16
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars", " ": "spaces"}


def read(path):
    """The rows of a CSV file, packed or not, as a frame of texts; its index, "line", counts from 1.

    Spaces at the ends of a cell, empty lines and columns without a name are left out.
    raises : InputError naming the file, its line where there is one, and what it is instead
    """
    text = _decoded(_content(Path(path), path), path)
    rows = list(itertools.islice(_rows(text, path), MOST + 2))
    if not rows:
        raise InputError(f"{path} is empty: {_SAVE}.")
    if len(rows) > MOST + 1:
        raise InputError(f"{path} has more than {MOST:,} rows: give fewer arms at once.")
    header = rows[0][1]
    _check_separator(text.lstrip().splitlines()[0], path)
    for line, cells in rows:
        if len(cells) != len(header):
            raise InputError(
                f"{path}, line {line}: it has {len(cells)} cells where the first line has "
                f"{len(header)}: write numbers with a decimal point, and quote a name that holds "
                "a comma."
            )
    lines = pd.Index([line for line, _ in rows[1:]], name=LINE)
    frame = pd.DataFrame([cells for _, cells in rows[1:]], lines, header, dtype=object)
    return frame.loc[:, [name != "" for name in header]]


def where(table, name, position):
    """Where a row of a table called ``name`` is, as a text: its line in the file, or its row."""
    if table.index.name == LINE:
        return f"{name}, line {table.index[position]}"
    return f"{name}, row {position + 1}"


def _content(path, name):
    try:
        content = path.read_bytes()
        unpack = next((u for mark, u in _PACKED.items() if content.startswith(mark)), bytes)
        content = unpack(content)
    except FileNotFoundError:
        raise InputError(f"{name} does not exist: name a study's folder or a CSV.") from None
    except (OSError, EOFError, zlib.error, lzma.LZMAError, ValueError) as error:
        raise InputError(f"{name} cannot be read ({error}): name a CSV that can.") from error
    kind = next((k for mark, k in _OTHERS.items() if content.startswith(mark)), None)
    if kind:
        raise InputError(f"{name} is {kind}, not a CSV: {_SAVE}.")
    return content


def _decoded(content, path):
    encoding = next((e for mark, e in _MARKS.items() if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InputError(f"{path}, line {line}: this is no {encoding} text: {_SAVE}.") from error
    if "\0" in text:
        raise InputError(f"{path} holds zero bytes, as UTF-16 and no UTF-8 does: {_SAVE}.")
    return text


def _rows(text, path):
    reader, line = csv.reader(io.StringIO(text, newline=""), strict=True), 1
    try:
        for cells in reader:
            if any("\n" in cell or "\r" in cell for cell in cells):
                raise csv.Error("a cell goes over the end of its line")
            cells = [" ".join(cell.split()) for cell in cells]
            if any(cells):
                yield line, cells
            line += 1
    except csv.Error as error:
        raise InputError(
            f"{path}, line {line}: its quotation marks do not pair ({error}): {_SAVE}."
        ) from error


def _check_separator(head, path):
    for mark, name in _SEPARATORS.items():
        commas = head.count(",")
        if head.count(mark) > commas and (mark != " " or not commas):
            raise InputError(f"{path}, line 1: its columns are parted by {name}: {_SAVE}.")
