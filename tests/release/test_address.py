"""The repository's address is one wherever it stands, changed by one command, and can be none."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from release import address

ROOT = Path(__file__).parents[2]
OTHER = "https://github.com/some-body/some.thing"


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """A copy of the files that hold it, which the command changes."""
    for path in address.written(ROOT, ""):
        to = tmp_path / path.relative_to(ROOT)
        to.parent.mkdir(exist_ok=True)
        shutil.copyfile(path, to)
    monkeypatch.setattr(address, "ROOT", tmp_path)
    return tmp_path


def _texts(folder):
    return {
        p.relative_to(folder): p.read_text() for p in sorted(folder.rglob("*.*")) if p.is_file()
    }


def test_every_file_has_the_same_address_and_version():
    for path, text in address.written(ROOT, address.current()).items():
        assert text == path.read_text(), f"{path}: make address REPOSITORY={address.current()}"


def test_no_other_file_names_a_repository_of_this_projects_name():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    known = {p for p in address.written(ROOT, "") if p.exists()}
    for path in paths:
        if path.suffix in (".py", ".md", ".toml", ".ipynb", ".cff", ".html") and path not in known:
            assert not re.search(r"github\.com/[\w.-]+/train-again", path.read_text()), path


def test_the_command_writes_it_everywhere_and_takes_it_out_again(copy):
    assert address.main([""]) == 0
    none = _texts(copy)
    assert not any("blob/v" in text or "colab-badge" in text for text in none.values())
    assert address.main([OTHER + ".git"]) == 0
    some = _texts(copy)
    assert all("some-body/some.thing" in text for text in some.values())
    assert {a for t in some.values() for a in re.findall(r"git\+?https://[^\s@]+", t)} <= {OTHER}
    assert address.main([OTHER.replace("some-body", "another") + "/"]) == 0
    assert not any("some-body" in text for text in _texts(copy).values())
    assert address.main([""]) == 0 and _texts(copy) == none


def test_a_badge_opens_the_notebook_it_stands_in(copy):
    address.main([OTHER])
    tag = f"v{address.version()}"
    for path in (copy / "notebooks").glob("*.ipynb"):
        links = re.findall(r"/github/([^)]+?\.ipynb)\)", path.read_text())
        assert links == [f"some-body/some.thing/blob/{tag}/notebooks/{path.name}"]
    rows = re.findall(r"/github/[^)]+/(\w+\.ipynb)\)", (copy / "README.md").read_text())
    assert rows == sorted(p.name for p in (copy / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("given", [[], ["owner/name"], ["https://example.org/a/b"], ["a", "b"]])
def test_what_is_no_address_is_refused(copy, capsys, given):
    before = _texts(copy)
    assert address.main(given) == 2 and _texts(copy) == before
    assert "https://github.com/OWNER/NAME" in capsys.readouterr().err


def test_it_needs_nothing_but_python():
    script = "import sys; sys.path.insert(0, '.'); import release.address; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-S", "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not {"numpy", "helpers", "nbformat"} & set(done.stdout.split())
