"""Files that somebody else may have put there are read only if they are what they should be."""

import os
import threading

import pytest

from helpers import reading


def test_a_regular_file_is_read_whole_and_line_by_line(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"one\n\nthree")
    assert reading.content(path) == b"one\n\nthree"
    assert list(reading.lines(path)) == [b"one\n", b"\n", b"three"]


def _put(kind, path):
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to({"endless": "/dev/zero", "link": __file__, "nowhere": "/nowhere"}[kind])


@pytest.mark.parametrize("kind", ["pipe", "folder", "endless", "link", "nowhere"])
def test_what_is_no_regular_file_neither_hangs_nor_is_read(tmp_path, kind):
    path, said = tmp_path / "a", []
    _put(kind, path)

    def read():
        for way in (reading.content, lambda p: list(reading.lines(p))):
            with pytest.raises(OSError):
                way(path)
            said.append(kind)

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    thread.join(5)
    assert said == [kind, kind]


def test_a_file_that_is_too_large_is_refused_and_a_line_that_is_too_long_is_empty(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"1234\n" + b"x" * 30 + b"\n12345678")
    with pytest.raises(OSError, match="more than 10 bytes"):
        reading.content(path, most=10)
    assert list(reading.lines(path, longest=10)) == [b"1234\n", b"", b"12345678"]


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "{", b"\xff\xfe", "\0"])
def test_json_that_is_none_is_one_kind_of_error(text):
    with pytest.raises(ValueError):
        reading.parsed(text)
