"""Only what we made is written over; a folder is the old one or the new one, whole."""

import itertools
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from helpers import atomic, ours
from helpers.errors import InputError

OLD, NEW = {"a": b"old", "b": b"old"}, {"a": b"new", "c": b"new"}
KILLED = """
import os, sys
from helpers import atomic, ours
real, left = os.replace, int(sys.argv[2])
def replace(one, other):
    global left
    left -= 1
    if left < 0:
        os._exit(9)
    real(one, other)
os.replace = replace
if sys.argv[3] == "without swap":
    atomic.swap = lambda *_: (_ for _ in ()).throw(OSError("none here"))
ours.write(sys.argv[1], {"a": b"new", "c": b"new"}, "report", "study.csv")
"""


def _content(folder):
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.name != ours.MANIFEST}


def _write(folder, contents, kind="report", source="study.csv"):
    ours.write(folder, contents, kind, source)
    return _content(folder)


@pytest.fixture
def swapless(monkeypatch):
    """A system that cannot swap two folders."""

    def refuse(*_):
        raise OSError("none here")

    monkeypatch.setattr(atomic, "swap", refuse)


def test_a_folder_is_replaced_as_a_whole_and_nothing_is_left_beside(tmp_path):
    assert _write(tmp_path / "r", OLD) == OLD
    assert _write(tmp_path / "r", NEW) == NEW
    assert [p.name for p in tmp_path.iterdir()] == ["r"]


def test_so_it_is_on_a_system_that_swaps_no_folders(tmp_path, swapless):
    test_a_folder_is_replaced_as_a_whole_and_nothing_is_left_beside(tmp_path)


@pytest.mark.parametrize("way", ["swap", "without swap"])
def test_wherever_a_process_is_killed_the_next_start_finds_the_old_or_the_new_one(tmp_path, way):
    environment = os.environ | {"PYTHONPATH": os.getcwd()}
    found = []
    for number in itertools.count():
        place = tmp_path / f"{number}"
        _write(place / "r", OLD)
        words = [sys.executable, "-c", KILLED, place / "r", str(number), way]
        done = subprocess.run(words, env=environment, cwd=os.getcwd())
        if way == "swap":
            assert _content(place / "r") in (OLD, NEW)
        ours.check(place / "r", "report", "study.csv")
        found.append(_content(place / "r"))
        assert found[-1] in (OLD, NEW)
        assert [p.name for p in place.iterdir()] == ["r"]
        if done.returncode == 0:
            break
    assert len(found) > (1 if way == "swap" else 3) and found[-1] == NEW


def test_an_error_in_the_middle_leaves_the_old_one(tmp_path, swapless, monkeypatch):
    _write(tmp_path / "r", OLD)
    real = os.replace

    def refuse(one, other):
        if str(one).endswith(".new") and str(other).endswith("/r"):
            raise OSError(28, "No space left on device")
        real(one, other)

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(InputError, match="No space left"):
        _write(tmp_path / "r", NEW)
    assert _content(tmp_path / "r") == OLD
    assert [p.name for p in tmp_path.iterdir()] == ["r"]


def _person(folder):
    (folder / "notes").write_text("mine")


def _edited(folder):
    (folder / "a").write_text("mine")


def _linked(folder):
    (folder / "a").unlink()
    (folder / "a").symlink_to(folder / "b")


def _hard(folder):
    (folder.parent / "x").write_text("mine")
    os.link(folder.parent / "x", folder / "x")


def _piped(folder):
    os.mkfifo(folder / "p")


def _empty(folder):
    (folder / "mine").mkdir()


def _deep(folder):
    (folder / ours.MANIFEST).write_text("[" * 100_000)


@pytest.mark.parametrize("change", [_person, _edited, _linked, _hard, _piped, _empty, _deep])
def test_what_is_not_as_we_wrote_it_is_kept_and_named(tmp_path, change):
    _write(tmp_path / "r", OLD)
    change(tmp_path / "r")
    before = sorted(str(p) for p in tmp_path.rglob("*"))
    with pytest.raises(InputError, match="holds something else than an earlier report of study"):
        _write(tmp_path / "r", NEW)
    assert sorted(str(p) for p in tmp_path.rglob("*")) == before
    assert (tmp_path / "r" / "b").read_bytes() == b"old"


def test_what_was_made_of_something_else_is_refused_and_of_the_same_by_another_spelling_is_not(
    tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link.csv").symlink_to("study.csv")
    _write(tmp_path / "r", OLD, source=tmp_path / "study.csv")
    for same in ("study.csv", "./study.csv", "r/../study.csv", "link.csv"):
        _write(Path("r"), OLD, source=same)
    for kind, source in (
        ("crate", "study.csv"),
        ("report", "other.csv"),
        ("report", "x/study.csv"),
    ):
        with pytest.raises(InputError, match=r"the report of study\.csv"):
            _write(tmp_path / "r", NEW, kind, source)
    assert _content(tmp_path / "r") == OLD


def test_study_and_report_may_move_together_and_where_they_lay_is_not_told(tmp_path):
    (tmp_path / "Anna").mkdir()
    _write(tmp_path / "Anna" / "r", OLD, source=tmp_path / "Anna" / "study.csv")
    (tmp_path / "Anna").rename(tmp_path / "moved")
    folder = tmp_path / "moved" / "r"
    assert _write(folder, NEW, source=tmp_path / "moved" / "study.csv") == NEW
    assert "Anna" not in (folder / ours.MANIFEST).read_text()


@pytest.mark.parametrize("place", ["link", "link/r", "link/deep/r"])
def test_nothing_is_written_through_a_link(tmp_path, place):
    (tmp_path / "elsewhere" / "deep").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError, match=r"link is a link.*: name .*elsewhere"):
        _write(tmp_path / place, NEW)
    assert [p.name for p in (tmp_path / "elsewhere").rglob("*")] == ["deep"]


def test_a_file_where_a_folder_should_be_stays(tmp_path):
    (tmp_path / "r").write_text("mine")
    with pytest.raises(InputError, match="is a file"):
        _write(tmp_path / "r", NEW)
    assert (tmp_path / "r").read_text() == "mine"


def test_what_only_looks_like_a_leftover_of_ours_is_neither_put_back_nor_deleted(tmp_path):
    beside = ours._beside(tmp_path / "r", "new")
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "kept").touch()
    beside.symlink_to(tmp_path / "theirs")
    ours._beside(tmp_path / "another", "new").mkdir()
    beside.with_name(f"{beside.name}.new").mkdir()
    before = sorted(tmp_path.rglob("*"))
    ours.check(tmp_path / "r", "report", "study.csv")
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("part", ["old", "new"])
def test_another_users_folder_is_neither_put_back_nor_deleted(tmp_path, part):
    if os.getuid() != 0:
        pytest.skip("only root can make a folder of another user")
    planted = ours._beside(tmp_path / "r", part)
    planted.mkdir()
    os.chown(planted, 65534, 65534)
    ours.check(tmp_path / "r", "report", "study.csv")
    assert [p.name for p in tmp_path.iterdir()] == [planted.name]


def test_pages_go_beside_what_others_keep_and_over_their_own_earlier_ones(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    for content in (b"1", b"2", b"3"):
        pages = ours.Pages(tmp_path, "workshop", "notebooks", ["a.html", "b.html"])
        assert pages.write("a.html", content).read_bytes() == content
    assert (tmp_path / "mine.txt").read_text() == "mine"


@pytest.mark.parametrize("after", ["manifest", "page"])
def test_pages_that_a_kill_has_parted_from_their_manifest_are_still_known(
    tmp_path, monkeypatch, after
):
    names = "workshop", "notebooks", ["a.html"]
    ours.Pages(tmp_path, *names).write("a.html", b"1")
    real = atomic.write_bytes

    def killed(path, content):
        real(path, content)
        if (path.name == ours.MANIFEST) == (after == "manifest"):
            raise KeyboardInterrupt

    monkeypatch.setattr(atomic, "write_bytes", killed)
    for content in (b"2", b"3"):
        with pytest.raises(KeyboardInterrupt):
            ours.Pages(tmp_path, *names).write("a.html", content)
    monkeypatch.undo()
    ours.Pages(tmp_path, *names).write("a.html", b"4")


@pytest.mark.parametrize("how", ["new", "edited", "linked", "of another"])
def test_a_page_of_somebody_else_is_refused_before_any_is_written(tmp_path, how):
    page = tmp_path / "b.html"
    if how != "new":
        source = "others" if how == "of another" else "notebooks"
        ours.Pages(tmp_path, "workshop", source, ["b.html"]).write("b.html", b"1")
    if how in ("new", "edited"):
        page.write_text("mine")
    if how == "linked":
        page.rename(tmp_path / "c")
        page.symlink_to("c")
    before = page.read_bytes()
    with pytest.raises(InputError, match="holds something else than an earlier workshop"):
        ours.Pages(tmp_path, "workshop", "notebooks", ["a.html", "b.html"])
    assert page.read_bytes() == before


@pytest.mark.parametrize(
    "content", ["null", "[]", '{"files": 1e400}', '{"files": {"a": "x"}}', "\0"]
)
def test_a_manifest_that_is_none_makes_nothing_ours(tmp_path, content):
    _write(tmp_path / "r", OLD)
    found = json.loads((tmp_path / "r" / ours.MANIFEST).read_text())
    if "files" in content:
        content = json.dumps(found)[:-1].replace('"files"', '"_"') + ", " + content[1:]
    (tmp_path / "r" / ours.MANIFEST).write_text(content)
    with pytest.raises(InputError, match="something else"):
        _write(tmp_path / "r", NEW)
