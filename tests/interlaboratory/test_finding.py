"""Lines are found in whatever holds them; what is broken is named, and nothing unpacks a bomb."""

import io
import struct
import time
import zipfile

import pytest

from helpers.errors import InputError
from helpers.interlaboratory import finding, of_study

SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture(scope="module")
def text(demo):
    return of_study.line(demo)


def _workbook(parts):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return buffer.getvalue()


def _found(tmp_path, content, name="lines.txt"):
    (tmp_path / name).write_bytes(content)
    return finding.in_files([tmp_path / name])


@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "Rosa wrote:\n> {}\n> see you",
        'Timestamp,Your line\n2026/01/02,"{}"\n',
        "Zeit;Zeile\r\n1;{}\r\n",
        '[{{"text": "{}"}}]',
        "<td>{}</td>",
        "before {} after, the mark is train-again-line-1 in words",
    ],
)
def test_a_line_is_found_in(around, text, tmp_path):
    sound, damaged = _found(tmp_path, around.format(text).encode())
    assert [line.study for line in sound] and len(sound) == 1 and not damaged


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_any_encoding_is_read(encoding, text, tmp_path):
    sound, damaged = _found(tmp_path, f"Zürich: {text}\n".encode(encoding))
    assert len(sound) == 1 and not damaged


def test_a_wrapped_quoted_or_decorated_line_is_whole_again(text, tmp_path):
    words = text.split(" ")
    wrapped = "\n> > ".join(" ".join(words[i : i + 4]) for i in range(0, len(words), 4))
    spaced = text.replace(" ", "\u00a0 ").replace("cores", "\u200bcores")
    sound, damaged = _found(tmp_path, f"> > {wrapped}\n\n{spaced}".encode())
    assert len(sound) == 2 and not damaged


def test_damaged_lines_are_named_with_their_place(text, tmp_path):
    cut, changed = text[:200], text.replace("cores=2", "cores=3")
    dashed = text.replace("py=", "py\u2013")
    content = f"\n{cut}\nhello\n{changed}\n{text}\n{dashed}\n"
    sound, damaged = _found(tmp_path, content.encode())
    assert len(sound) == 1
    assert [d.row for d in damaged] == [2, 4, 6]
    assert "its end is missing" in damaged[0].reason and "checksum" in damaged[1].reason
    assert all(d.file == "lines.txt" and d.begins.startswith("train-again") for d in damaged)


def test_a_forms_workbook_is_read_without_a_spreadsheets_library(text, tmp_path):
    strings = f'<sst><si><t>Your line</t></si><si><t xml:space="preserve">{text}</t></si></sst>'
    inline = f"<c><is><r><t>{text[:90]}</t></r><r><t>{text[90:]}</t></r></is></c><c><v>1</v></c>"
    parts = {"xl/sharedStrings.xml": strings, SHEET: inline, "xl/media/a.png": b"\x00" * 99}
    sound, damaged = _found(tmp_path, _workbook(parts), "form.xlsx")
    assert len(sound) == 2 and not damaged


def test_a_workbook_that_a_real_library_wrote_is_read(text, tmp_path):
    openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is not needed, only compared with")
    book = openpyxl.Workbook()
    book.active.append(["Timestamp", "Your line"])
    book.active.append(["today", text])
    book.save(tmp_path / "real.xlsx")
    sound, damaged = finding.in_files([tmp_path / "real.xlsx"])
    assert len(sound) == 1 and not damaged


def test_a_packed_csv_is_read(text, tmp_path):
    sound, _ = _found(tmp_path, _workbook({"form.csv": f"a,{text}\n"}), "form.csv.zip")
    assert len(sound) == 1


def test_a_bomb_is_refused_at_once_whatever_its_header_says(tmp_path):
    bomb = _workbook({SHEET: b" " * (finding.MOST + 1)})
    assert len(bomb) < 10**6
    started = time.process_time()
    with pytest.raises(InputError, match="unpacks to more than"):
        _found(tmp_path, bomb, "bomb.xlsx")
    size = struct.pack("<I", finding.MOST + 1)
    with pytest.raises(InputError, match="save"):
        _found(tmp_path, bomb.replace(size, struct.pack("<I", 100)), "lies.xlsx")
    parts = {f"{i}.xml": b" " * (finding.MOST // 5) for i in range(6)}
    with pytest.raises(InputError, match="unpacks to more than"):
        _found(tmp_path, _workbook(parts), "many.xlsx")
    assert time.process_time() - started < 20


def test_an_entity_is_not_expanded(text, tmp_path):
    evil = f'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><si><t>&a;</t></si><t>{text}</t>'
    sound, _ = _found(tmp_path, _workbook({"xl/sharedStrings.xml": evil}), "evil.xlsx")
    assert len(sound) == 1 and "root" not in str(sound)


def test_what_cannot_be_read_is_refused_in_a_sentence(text, tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        finding.in_files([tmp_path / "nowhere.txt"])
    with pytest.raises(InputError, match="no folder"):
        finding.in_files([tmp_path])
    (tmp_path / "link").symlink_to(tmp_path / "other")
    with pytest.raises(InputError, match="no link"):
        finding.in_files([tmp_path / "link"])
    with pytest.raises(InputError, match="cannot be opened"):
        _found(tmp_path, b"PK\x03\x04 torn", "torn.xlsx")


def test_a_text_without_an_end_takes_no_time():
    started = time.process_time()
    finding.in_text("train-again-line-1 protocol=" * 100_000 + "<" * 10**6)
    finding._untagged("<" * 3_000_000)
    assert time.process_time() - started < 10
