"""No figure knows a report, no report draws, no list is cut to the length of another."""

import ast
from pathlib import Path

import pytest

DISPLAY = Path(__file__).parents[2] / "helpers" / "display"
DRAWING = {"matplotlib", "seaborn"}


def _modules(folder):
    return sorted((DISPLAY / folder).rglob("*.py"))


def _imported(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


@pytest.mark.parametrize("path", _modules("figures"), ids=lambda p: p.stem)
def test_no_figure_knows_a_report_or_a_page(path):
    ours = {name for name in _imported(path) if name.startswith("helpers.display")}
    assert all(name.startswith("helpers.display.figures.") for name in ours)


@pytest.mark.parametrize("path", _modules("report"), ids=lambda p: p.stem)
def test_no_report_draws_by_itself(path):
    assert not {name.split(".")[0] for name in _imported(path)} & DRAWING
    assert "ax." not in path.read_text()


@pytest.mark.parametrize("path", _modules("."), ids=lambda p: p.stem)
def test_no_list_is_cut_to_the_length_of_another(path):
    assert "strict=False" not in path.read_text()


@pytest.mark.parametrize("path", _modules("figures"), ids=lambda p: p.stem)
def test_a_figure_has_its_test(path):
    tests = Path(__file__).parent / "figures"
    assert path.stem == "__init__" or (tests / f"test_{path.stem}.py").exists()
