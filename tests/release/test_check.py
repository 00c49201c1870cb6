"""What stands between a state of the project and a tag is found, check by check."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from release import address, check

ROOT = Path(__file__).parents[2]
SMALL = ("pyproject.toml", "CITATION.cff", "CHANGELOG.md", "README.md", "helpers/__init__.py")


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A copy of what the checks read, committed, with an address: as a release would be."""
    for name in SMALL:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    shutil.copytree(ROOT / check.REFERENCE, tmp_path / check.REFERENCE)
    monkeypatch.setattr(address, "ROOT", tmp_path)
    address.main(["https://github.com/some-body/something"])
    (tmp_path / "CHANGELOG.md").write_text(f"# Changelog\n\n## {address.version()}\n- All.\n")
    _git(tmp_path, "init", "-q")
    _commit(tmp_path)
    return tmp_path


def _git(folder, *words):
    name = ("-c", "user.name=n", "-c", "user.email=n@example.org")
    subprocess.run(["git", *name, *words], cwd=folder, check=True, capture_output=True)


def _commit(folder):
    _git(folder, "add", "-A", "-f")
    _git(folder, "commit", "-q", "-m", "all")


def _found(project):
    return {title: list(one(project)) for title, one in check.CHECKS[:-1]}


def test_a_project_that_is_ready_has_nothing_to_mend(project):
    assert not any(_found(project).values()), _found(project)


def _without_address(project):
    address.main([""])
    _commit(project)


def _other_version(project):
    path = project / "CITATION.cff"
    path.write_text(path.read_text().replace("version: ", "version: 9"))
    _commit(project)


def _tagged(project):
    _git(project, "tag", f"v{address.version(project)}")


def _unreleased(project):
    (project / "CHANGELOG.md").write_text("# Changelog\n\n## Unreleased\n- Something.\n")
    _commit(project)


def _full_notebook(project):
    path = sorted((project / "notebooks").glob("*.ipynb"))[0]
    notebook = json.loads(path.read_text())
    next(c for c in notebook["cells"] if c["cell_type"] == "code")["execution_count"] = 3
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n")
    _commit(project)


def _other_table(project):
    (project / check.REFERENCE / "study.csv.gz").write_bytes(b"another")
    _commit(project)


def _other_image(project):
    next((project / check.REFERENCE).rglob("*_001.nii.gz")).write_bytes(b"another")
    _commit(project)


def _strange_image(project):
    (project / check.REFERENCE / "hippocampus" / "x.nii.gz").write_bytes(b"whose?")
    _commit(project)


def _no_licence(project):
    (project / check.LICENCE).unlink()
    _commit(project)


def _left_over(project):
    (project / "left").write_text("over")


@pytest.mark.parametrize(
    ("spoil", "title", "said"),
    [
        (_without_address, "the address is set and one", "make address"),
        (_other_version, "the versions agree and the tag is free", "CITATION.cff has not"),
        (_tagged, "the versions agree and the tag is free", "choose the next"),
        (_unreleased, "the changelog has the version", "'Unreleased'"),
        (_full_notebook, "the notebooks are empty of outputs", "00_"),
        (_other_table, "the reference data match their digests", "study.csv.gz"),
        (_other_image, "the reference data match their digests", "hippocampus_001"),
        (_strange_image, "the images have their licence and digests", "x.nii.gz"),
        (_no_licence, "the images have their licence and digests", "CC BY-SA 4.0"),
        (_left_over, "everything is committed", "not committed"),
    ],
)
def test_what_is_wrong_is_found_by_its_check_alone(project, spoil, title, said):
    spoil(project)
    found = _found(project)
    assert said in " ".join(found.pop(title))
    assert not any(found.values()), found


def test_the_exit_code_tells(project, monkeypatch, capsys):
    monkeypatch.setattr(check, "ROOT", project)
    assert check.main(["--without-install"]) == 0
    assert "A tag can be cut." in capsys.readouterr().out
    _left_over(project)
    assert check.main(["--without-install"]) == 1
    assert "To mend before the tag: 1." in capsys.readouterr().out
