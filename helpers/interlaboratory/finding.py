"""Lines found in whatever holds them: a text, a form's CSV or workbook, a chat's export.

A workbook (XLSX, ODS) or a packed export is a zip: of its parts the XML is read as text, its tags
taken out, and the tables and texts as they are. No entity is expanded, nothing is unpacked to the
disk, and no more than `MOST` bytes of all parts together are read.
"""

import io
import itertools
import lzma
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from helpers import reading
from helpers.errors import InputError
from helpers.interlaboratory import line as lines
from helpers.plain import plain

MOST = 64 * 2**20  # bytes of a file, and of all parts of a packed one
PARTS = 5_000  # of a packed file
LINES = 20_000  # of all files together
_REACH = 2 * lines.MOST  # characters after a mark in which its line may end
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError),
    *(EOFError, OSError, RuntimeError, ValueError),
)
_ENDINGS = (".xml", ".csv", ".tsv", ".txt")
_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_MARK = re.compile(rf"{lines.MARK}\d{{1,4}}(?=\s)")
_SIGNS = re.compile(r"\s(?:protocol|a|sum)=")  # of a line; a mark without one is mere talk
_END = re.compile(r"\ssum=[0-9a-z]{1,20}")
_QUOTED = re.compile(r"\n[ \t]*(?:>[ \t]*)+")
_TAGS = re.compile(r"<[^<>]*>")
_NAMES = {"&amp;": "&", "&#10;": "\n", "&#13;": "\n", "&#160;": " "}


@dataclass(frozen=True)
class Damaged:
    """A line that is left out: where it stands, how it begins, and what is wrong with it."""

    file: str
    row: int
    begins: str
    reason: str


def in_files(paths):
    """All lines of some files: (list of `Line`, list of `Damaged`), in the order in which they are.

    raises : InputError naming a file that cannot be read, is too large, or is a packed one that
             unpacks to too much; or when all together hold too many lines
    """
    sound, damaged = [], []
    for path in map(Path, paths):
        for text in _texts(path):
            more, wrong = in_text(text, path.name)
            sound += more
            damaged += wrong
        if len(sound) + len(damaged) > LINES:
            raise InputError(f"{path}: that makes more than {LINES:,} lines: give fewer at once.")
    return sound, damaged


def in_text(text, name="the text"):
    """All lines in a text: (list of `Line`, list of `Damaged`); other text is passed over."""
    text = text.translate(_UNSEEN)
    starts = [found.start() for found in _MARK.finditer(text)]
    sound, damaged, row, counted = [], [], 1, 0
    for start, after in itertools.pairwise([*starts, len(text)]):
        piece = _QUOTED.sub("\n", text[start : min(after, start + _REACH)])
        if not _SIGNS.search(piece):
            continue
        end = _END.search(piece)
        found = piece[: end.end()] if end else piece
        row, counted = row + text.count("\n", counted, start), start
        try:
            if end is None:
                raise InputError("its end is missing: copy the whole of it.")
            sound.append(lines.parsed(found))
        except InputError as error:
            damaged.append(Damaged(name, row, plain(" ".join(found.split())[:60]), str(error)))
    return sound, damaged


def _texts(path):
    try:
        content = reading.content(path, MOST)
    except FileNotFoundError:
        raise InputError(f"{path} does not exist: name files that hold lines.") from None
    except OSError as error:
        raise InputError(
            f"{path} cannot be read ({error.strerror or error}): name a file of up "
            f"to {MOST // 2**20} MB that is no link and no folder."
        ) from error
    if content.startswith(b"PK\x03\x04"):
        yield from _parts(content, path)
    else:
        yield _decoded(content)


def _parts(content, path):
    """The texts in a zip, as long as they are few and small."""
    left = MOST
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = [p for p in packed.infolist() if p.filename.lower().endswith(_ENDINGS)]
            if len(packed.infolist()) > PARTS or sum(p.file_size for p in parts) > MOST:
                raise _bomb(path)
            for part in parts:
                with packed.open(part) as file:
                    found = file.read(left + 1)
                left -= len(found)
                if left < 0:
                    raise _bomb(path)
                text = _decoded(found)
                yield _untagged(text) if part.filename.lower().endswith(".xml") else text
    except _BROKEN as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            f"{path} is a workbook or archive that cannot be opened ({plain(error)}): save it as "
            "CSV, without a password."
        ) from error


def _bomb(path):
    return InputError(
        f"{path} unpacks to more than {MOST // 2**20} MB or {PARTS:,} parts, which no room's lines "
        "do: save the sheet that holds them as CSV."
    )


def _untagged(text):
    """The text of XML, a line for each paragraph, cell or string; within one nothing is parted."""
    text = re.sub(r"</(?:si|text:p|w:p|c|row|is)>", "\n", text)
    text = _TAGS.sub("", text)
    for name, character in _NAMES.items():
        text = text.replace(name, character)
    return text


def _decoded(content):
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", errors="replace")
    return content.decode("utf-8-sig", errors="replace")
