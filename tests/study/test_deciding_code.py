"""The digest of the code moves with what decides a result, and with nothing else."""

import re
import shutil
from pathlib import Path

import pytest

from helpers.study import deciding_code

HELPERS = Path(deciding_code.__file__).parent.parent


@pytest.fixture
def copy(tmp_path):
    """A copy of the package, to be changed."""
    return shutil.copytree(
        HELPERS, tmp_path / "helpers", ignore=shutil.ignore_patterns("__pycache__", "reference")
    )


def _change(path, pattern, new):
    text, count = re.subn(pattern, new, path.read_text(), count=1)
    assert count == 1, (path, pattern)
    path.write_text(text)


def test_comments_docstrings_and_empty_lines_move_nothing(copy):
    before = deciding_code.digest(copy)
    assert before == deciding_code.digest()
    for path in copy.rglob("*.py"):
        text = path.read_text().replace('"""', '"""Other words.\n\n', 1)
        path.write_text(text.replace("\nimport ", "  # said\n\n\nimport ", 1) + "# the end\n")
    assert deciding_code.digest(copy) == before


@pytest.mark.parametrize(
    ("name", "pattern", "new"),
    [
        ("nondeterminism/probes/sums.py", r"LARGE = 2\*\*24", "LARGE = 2**25"),
        ("study/engine.py", r"_WAIT_S = 300", "_WAIT_S = 301"),
        ("statistics/repeatability.py", r"LEVEL = 0\.95", "LEVEL = 0.9"),
        ("imaging/dicom/headers.py", r"\Z", "CHANGED = True\n"),
        ("learning/arms.py", r"ARMS = \{", 'SEVENTH = Arm("x", "", "", "", "", 6)\nARMS = {'),
        ("learning/footprint.py", r"_BYTES = 4", "_BYTES = 2"),
    ],
)
def test_code_that_decides_no_result_moves_nothing(copy, name, pattern, new):
    before = deciding_code.digest(copy)
    _change(copy / name, pattern, new)
    assert deciding_code.digest(copy) == before


def test_a_new_figure_moves_nothing(copy):
    before = deciding_code.digest(copy)
    (copy / "display" / "new_figure.py").write_text("DRAWN = True\n")
    assert deciding_code.digest(copy) == before


@pytest.mark.parametrize(
    ("name", "pattern", "new"),
    [
        ("protocol.py", r"epochs=4", "epochs=5"),
        ("imaging/resampling.py", r"protocol\.size / 2", "protocol.size / 3"),
        ("imaging/slices.py", r"1e-6", "1e-5"),
        ("learning/loops.py", r"parallel_iterations=1", "parallel_iterations=2"),
        ("learning/unet.py", r'padding="same"', 'padding="valid"'),
        ("learning/weights.py", r"sqrt\(6 /", "sqrt(3 /"),
        ("learning/frameworks/on_torch.py", r'":4096:8"', '":16:8"'),
        ("imaging/dsc.py", r"200 \*", "199 *"),
    ],
)
def test_code_that_decides_a_result_moves_it(copy, name, pattern, new):
    before = deciding_code.digest(copy)
    _change(copy / name, pattern, new)
    assert deciding_code.digest(copy) != before


def test_a_module_that_a_cell_newly_needs_is_covered(copy):
    (copy / "learning" / "augmentation.py").write_text("ANGLE = 5\n")
    _change(copy / "learning" / "cell.py", r"\Z", "from helpers.learning import augmentation\n")
    before = deciding_code.digest(copy)
    _change(copy / "learning" / "augmentation.py", "5", "6")
    assert deciding_code.digest(copy) != before
