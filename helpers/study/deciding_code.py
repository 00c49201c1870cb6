"""The code that decides a result: the protocol, what prepares a slice, and what trains a cell.

It is found by following imports, so that a new module is in it as soon as a cell needs it, and a
figure, a probe or the engine never is. Arms are not: what one does stands in each record.
"""

import ast
import hashlib
import io
import tokenize
from pathlib import Path

_ROOT = Path(__file__).parent.parent
_STARTS = ("protocol.py", "imaging/slices.py", "learning/cell.py")
_BY_NAME = "learning/frameworks/*.py"  # imported by the framework's name
_WINGS = ("imaging", "learning")


def digest(root=_ROOT):
    """SHA-256 of the deciding code without comments, docstrings and empty lines.

    root : folder of the package
    """
    total = hashlib.sha256()
    for path in files(root):
        total.update(f"{path.relative_to(root).as_posix()}\n{_bare(path.read_text())}\n".encode())
    return total.hexdigest()


def files(root=_ROOT):
    """The deciding modules of a package, sorted: list of paths."""
    found, new = set(), {*(root / start for start in _STARTS), *root.glob(_BY_NAME)}
    while new:
        found |= new
        new = {module for path in new for module in _imported(path, root)} - found
    return sorted(found)


def _imported(path, root):
    """The modules of the deciding wings that a file imports, at its head or later."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("helpers."):
            base = root.joinpath(*node.module.split(".")[1:])
            candidates = [base / f"{alias.name}.py" for alias in node.names]
            candidates += [base.with_suffix(".py"), base / "__init__.py"]
            yield from (c for c in candidates if c.is_file() and _decides(c, root))


def _decides(path, root):
    return path.relative_to(root).parts[0] in _WINGS


def _bare(text):
    """Python source without comments, docstrings, empty lines and trailing space."""
    lines = text.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column]
    for first, last in _docstrings(ast.parse(text)):
        lines[first - 1 : last] = [""] * (last - first + 1)
    return "\n".join(line.rstrip() for line in lines if line.strip())


def _docstrings(tree):
    """First and last line of each docstring."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(
            node
        ):
            yield node.body[0].lineno, node.body[0].end_lineno
