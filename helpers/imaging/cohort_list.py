"""A list of patients as a spreadsheet writes it: every cell is text, and is what it looks like."""

import csv
import io

from helpers.errors import InputError
from helpers.imaging.files import readable

YES = ("1", "1.0", "true", "yes", "y", "t", "on")
NO = ("", "0", "0.0", "false", "no", "n", "f", "off")


def read_rows(path, needed):
    """The rows of a CSV with a header, each a dict of stripped text with its number in ``row``.

    Rows that are empty throughout are passed over. Raises InputError when the file cannot be
    read, lacks a column of ``needed``, is not parted by commas, or has a row with a cell too many.
    """
    with readable(path):
        content = path.read_bytes().replace(b"\0", b"\xff")  # no text holds it: refused below
    try:
        text = io.StringIO(content.decode("utf-8-sig"), newline="")
        reader = csv.reader(text, strict=True)
        rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except (csv.Error, UnicodeDecodeError):
        raise InputError(f"{path} is not a CSV that can be read: save it as CSV UTF-8.") from None
    rows = [(number, cells) for number, cells in rows if any(cells)]
    header = rows[0][1] if rows else []
    _check_header(path, header, needed)
    return [_row(path, number, header, cells) for number, cells in rows[1:]]


def _check_header(path, header, needed):
    lacking = [column for column in needed if column not in header]
    for name, sign in (("semicolons", ";"), ("tabs", "\t")):
        if lacking and sum(sign in cell for cell in header):
            raise InputError(f"{path} is parted by {name}: save it as CSV with commas.")
    if lacking:
        raise InputError(f"{path} has no column {lacking[0]}: it needs {', '.join(needed)}.")
    twice = [column for column in header if column and header.count(column) > 1]
    if twice:
        raise InputError(f"{path} has the column {twice[0]} twice: keep one.")


def _row(path, number, header, cells):
    if any(cells[len(header) :]):
        raise InputError(
            f"{path}, row {number}: a cell too many, from a decimal comma or a comma in a name; "
            "put it in quotes."
        )
    cells = cells + [""] * (len(header) - len(cells))
    return dict(zip(header, cells, strict=False)) | {"row": number}


def yes_or_no(path, row, column):
    """Whether a row says yes in ``column``; nothing said is no. Raises InputError for other words.

    Words are known in any case, and as numbers with a decimal point, as pandas writes them.
    """
    word = row.get(column, "").lower()
    if word in (*YES, *NO):
        return word in YES
    comma = ", with a decimal comma" if word.replace(",", ".") in (*YES, *NO) else ""
    raise InputError(
        f"{path}, row {row['row']}: {column} is {row[column]!r}{comma}: write yes or no."
    )
