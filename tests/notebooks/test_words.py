"""One word, one meaning: explained in bold where it first comes, and once in the glossary."""

import re
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| ([^|]+?) \| [^|]+ \| (\d\d) \|$", re.M)
WORDS = dict(ROW.findall((ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")))
EVERYDAY = {"run", "part", "shift", "unit", "line", "room"}  # words that have an everyday use too


def _prose(source):
    """A text without titles, code, folds and addresses."""
    for gone in (r"<details>.*?</details>", r"```.*?```", r"`[^`]*`"):
        source = re.sub(gone, "", source, flags=re.S)
    return re.sub(r"^#+ .*$|(?<=\])\([^)]*\)", "", source, flags=re.M)


@pytest.fixture(scope="module")
def prose():
    """The text of each notebook after its head, by its number."""
    paths = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
    cells = {p.name[:2]: nbformat.read(p, 4).cells[1:] for p in paths}
    return {
        number: "\n".join(_prose(c.source) for c in own if c.cell_type == "markdown")
        for number, own in cells.items()
    }


def _places(word, text):
    return [m.start() for m in re.finditer(rf"(?<![\w-]){re.escape(word)}s?(?![\w-])", text, re.I)]


@pytest.mark.parametrize("word", WORDS)
def test_a_word_is_explained_in_bold_where_it_first_comes(prose, word):
    own = WORDS[word]
    bold = re.search(rf"\*\*{re.escape(word)}s?\*\*", prose[own], re.I)
    assert bold, f"{word} is not explained in {own}"
    if word in EVERYDAY:
        return
    earlier = [number for number in prose if number < own and _places(word, prose[number])]
    assert not earlier, f"{word} stands in {earlier} before {own} explains it"
    if word != "network":  # the question itself has it
        assert _places(word, prose[own])[0] >= bold.start()


def test_the_glossary_has_a_word_once():
    words = [word.lower() for word, _ in ROW.findall((ROOT / "docs" / "glossary.md").read_text())]
    assert len(words) == len(set(words)) > 50


def test_a_cell_is_what_one_runs_and_a_training_is_called_so(prose):
    of_a_notebook = re.compile(r"\b(run|code|guess|dots|paste|predict)\b", re.I)
    for sentence in re.split(r"(?<=[.:?])\s", "\n".join(prose.values())):
        assert not re.search(r"\bcells?\b", sentence) or of_a_notebook.search(sentence), sentence
