"""Write the repository's address everywhere it stands: python -m release.address ADDRESS

ADDRESS is https://github.com/OWNER/NAME, or "" to take it out again. Until there is one, notebooks
install from nowhere and have no badge, and no file names a repository. Only Python is needed.
"""

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
ONE = re.compile(r"https://github\.com/[\w.-]+/[\w.-]+")
COLAB = "https://colab.research.google.com"
_BADGE = r"\[!\[Open in Colab\]\([^)]*\)\]\([^)]*\)"


def main(arguments=None):
    """Write it and say into which files; returns the exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    address = given[0].strip().removesuffix("/").removesuffix(".git") if len(given) == 1 else None
    if address is None or address and not ONE.fullmatch(address):
        print("error: give one address, as https://github.com/OWNER/NAME.", file=sys.stderr)
        return 2
    for path, text in written(ROOT, address).items():
        if text != path.read_text(encoding="utf-8"):
            path.write_text(text, encoding="utf-8")
            print(path.relative_to(ROOT))
    return 0


def current(root=ROOT):
    """The address that the package has, "" where none was written."""
    return re.search(r'^REPOSITORY = "(.*)"', _read(root / "helpers" / "__init__.py"), re.M)[1]


def version(root=ROOT):
    """The version of pyproject.toml."""
    return re.search(r'^version = "(.+)"', _read(root / "pyproject.toml"), re.M)[1]


def written(root, address):
    """What each file that holds the address says with this one: dict of path → text."""
    tag = f"v{version(root)}"
    changes = {
        root / "helpers" / "__init__.py": lambda text: _assigned(text, address),
        root / "pyproject.toml": lambda text: _project(text, address),
        root / "CITATION.cff": lambda text: _citation(text, address),
        root / "README.md": lambda text: _readme(text, address, tag),
    }
    for path in sorted((root / "notebooks").glob("[0-9][0-9]_*.ipynb")):
        changes[path] = lambda text, name=path.name: _notebook(text, name, address, tag)
    return {path: change(_read(path)) for path, change in changes.items()}


def badge(name, address, tag):
    """The badge of a notebook's file, in Markdown; it needs an address."""
    there = f"{COLAB}/github/{address.removeprefix('https://github.com/')}/blob/{tag}/notebooks"
    return f"[![Open in Colab]({COLAB}/assets/colab-badge.svg)]({there}/{name})"


def _read(path):
    return path.read_text(encoding="utf-8")


def _assigned(text, address):
    return re.sub(r'^REPOSITORY = ".*"', f'REPOSITORY = "{address}"', text, flags=re.M)


def _project(text, address):
    text = re.sub(r'^\[project\.urls\]\nRepository = ".*"\n\n', "", text, flags=re.M)
    urls = f'[project.urls]\nRepository = "{address}"\n\n' if address else ""
    return text.replace("[project.scripts]\n", f"{urls}[project.scripts]\n", 1)


def _citation(text, address):
    text = re.sub(r"^repository-code: .*\n", "", text, flags=re.M)
    line = f'repository-code: "{address}"\n' if address else ""
    return re.sub(r"^authors:\n", f"{line}authors:\n", text, count=1, flags=re.M)


def _readme(text, address, tag):
    """A row of the table of notebooks ends in a badge, or in a link to the file."""

    def _row(found):
        name = found["name"]
        link = badge(name, address, tag) if address else f"[open](notebooks/{name})"
        return f"{found['row']} {link} |"

    row = r"^(?P<row>\| \d\d \|[^|\n]*\|).*notebooks/(?P<name>[\w.]+\.ipynb)\).*$"
    return re.sub(row, _row, text, flags=re.M)


def _notebook(text, name, address, tag):
    notebook = json.loads(text)
    head = notebook["cells"][0]
    head["source"] = _lines(_head("".join(head["source"]), name, address, tag))
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            cell["source"] = _lines(_docs(source, address, tag))
        elif source.startswith("# @title Set up"):
            cell["source"] = _lines(_set_up(source, address, tag))
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def _head(source, name, address, tag):
    """The badge is a paragraph of its own, before the one that says how long it takes."""
    source = re.sub(rf"{_BADGE}\n\n", "", source)
    shown = f"{badge(name, address, tag)}\n\n" if address else ""
    return re.sub(r"^(?=.*\bto read\b)", shown, source, count=1, flags=re.M)


def _docs(source, address, tag):
    """A link to a page of docs/, or its path beside the notebook while there is no address."""
    place = f"{address}/blob/{tag}" if address else ".."
    return re.sub(
        r"\]\((?:https://github\.com/[^)]*?/blob/v[\d.]+|\.\.)/docs/", f"]({place}/docs/", source
    )


def _set_up(source, address, tag):
    line = f'REPOSITORY, TAG = "{address}", "{tag}"'
    return re.sub(r"^REPOSITORY, TAG = .*$", line, source, flags=re.M)


def _lines(source):
    return source.splitlines(keepends=True)


if __name__ == "__main__":
    sys.exit(main())
