"""The house rules: data goes one way, files stay small, numbers live in one place."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
WINGS = [
    "imaging",
    "learning",
    "study",
    "interlaboratory",
    "nondeterminism",
    "lesions",
    "statistics",
    "display",
]
EVERYWHERE = {"protocol", "protocols", "errors", "atomic", "columns", "reading", "ours", "plain"}
EVERYWHERE |= {"__init__"}
COMMAND_LINE = ("__main__.py", "commands")
MODULES = sorted((ROOT / "helpers").rglob("*.py"))


def _name(path):
    return path.relative_to(ROOT / "helpers").as_posix()


def _imported_wings(path):
    for node in ast.walk(ast.parse(path.read_text())):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for name in names:
            parts = name.split(".")
            if parts[0] == "helpers" and len(parts) > 1:
                yield parts[1]


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_data_goes_one_way(path):
    own = path.relative_to(ROOT / "helpers").parts[0]
    if own in COMMAND_LINE:
        return
    imported = set(_imported_wings(path)) - EVERYWHERE - {"reference", "__version__", "REPOSITORY"}
    allowed = set(WINGS[: WINGS.index(own) + 1]) if own in WINGS else set()
    assert imported <= allowed


def test_statistics_needs_no_other_wing():
    for path in (ROOT / "helpers" / "statistics").glob("*.py"):
        assert set(_imported_wings(path)) <= EVERYWHERE | {"statistics"}, path


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_modules_and_functions_stay_small_and_say_what_they_do(path):
    text = path.read_text()
    assert text.count("\n") <= 250
    tree = ast.parse(text)
    assert ast.get_docstring(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            doc = ast.get_docstring(node)
            body = node.body[1:] if doc else node.body
            length = body[-1].end_lineno - body[0].lineno + 1 if body else 0
            assert length <= 25, f"{node.name} has {length} lines"
            assert doc or node.name.startswith("_"), f"{node.name} is public and says nothing"


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_the_library_neither_prints_nor_asserts(path):
    for node in ast.walk(ast.parse(path.read_text())):
        assert not isinstance(node, ast.Assert)
        if _name(path) != "__main__.py" and isinstance(node, ast.Call):
            assert getattr(node.func, "id", "") != "print"


def test_only_numbers_differ_between_protocols():
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.If | ast.IfExp):
                assert "smoke" not in ast.unparse(node.test).lower(), path


def test_every_number_of_the_paper_states_its_source():
    from helpers.protocol import PAPER, table

    assert {row["source"] for row in table(PAPER)} == {"slides", "thesis", "assumed", "ours"}
    assert all(row["meaning"] for row in table(PAPER))


def test_every_wing_has_its_tests():
    for wing in WINGS:
        assert list((ROOT / "tests" / wing).glob("test_*.py")), wing


def test_the_version_is_one():
    import helpers

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert helpers.__version__ == project["version"]


def _pins(text):
    return dict(re.findall(r"^([\w.-]+)(?:\[\w+\])?==([\w.]+)", text, re.M))


def test_ranges_hold_colabs_versions_and_the_lock():
    """tests/colab/lock.txt has the versions of Colab's image, the lock those of CI."""
    from packaging.requirements import Requirement

    colab = _pins((ROOT / "tests" / "colab" / "lock.txt").read_text())
    locked = _pins((ROOT / "requirements.txt").read_text())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    for text in project["dependencies"] + extras["tensorflow"] + extras["workshop"]:
        wanted = Requirement(text)
        assert wanted.specifier.contains(locked[wanted.name]), text
        if wanted.name in colab:
            assert wanted.specifier.contains(colab[wanted.name]), text
