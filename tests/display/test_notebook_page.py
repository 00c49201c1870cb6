"""A notebook's page: its own title, folds, neighbours, contents, links that lead to pages."""

import re

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers.display import notebook_page
from helpers.display.notebook_page import Head

TOP = """# 1 · A title & more

**A claim with `code`.**

[![Open in Colab](https://example.org/badge.svg)](https://example.org/01.ipynb)

15 minutes to read; about 1 minute to run. And more.
"""
PNG = '<img alt="dots" src="data:image/png;base64,iVBORw0K" style="max-width:100%">'


def _shown(html):
    return new_output("display_data", data={"text/html": html, "text/plain": "<Figure>"})


@pytest.fixture
def notebook():
    """One with every kind of cell that a page treats in its own way."""
    form = {"cellView": "form", "tags": ["solution"]}
    cells = [
        new_markdown_cell(TOP),
        new_code_cell('# @title Set up { display-mode: "form" }\nhidden = 1', metadata=form),
        new_markdown_cell(
            "## What is it?\n\n[on](02_b.ipynb), [docs/x.md](../docs/x.md), "
            "[words](../docs/glossary.md)"
        ),
        new_code_cell("seen = 2", outputs=[_shown(PNG)]),
        new_code_cell("frame", outputs=[_shown("<table><tr><td>7</td></tr></table>")]),
        new_markdown_cell("## A <b>bold</b> end"),
    ]
    made = new_notebook(cells=cells)
    nbformat.validate(made)
    return made


def test_the_head_says_title_claim_minutes_and_the_first_picture(notebook):
    assert notebook_page.head(notebook, "01_a.html") == Head(
        file="01_a.html",
        title="1 · A title & more",
        claim="A claim with code.",
        minutes="15 minutes to read; about 1 minute to run.",
        picture="data:image/png;base64,iVBORw0K",
    )


def test_a_notebook_that_says_nothing_of_itself_is_called_by_its_file():
    made = notebook_page.head(new_notebook(cells=[new_code_cell("1")]), "01_a.html")
    assert made == Head("01_a.html", "01_a", "", "", "")


def test_a_page_has_a_title_of_its_own_as_text(notebook):
    page = notebook_page.page(notebook)
    assert "<title>1 · A title &amp; more · Train it again</title>" in page


def test_forms_are_folded_and_the_rest_is_not(notebook):
    page = notebook_page.page(notebook)
    [fold] = re.findall(r"<details><summary>(.*?)</details>", page, re.S)
    assert fold.startswith("Set up</summary>") and "hidden" in fold and "seen" not in fold


def test_links_lead_to_pages_and_to_nothing_that_is_not_there(notebook):
    page = notebook_page.page(notebook)
    assert 'href="02_b.html"' in page and "ipynb" not in page.replace("01.ipynb", "")
    assert "docs/x.md" in page and "../docs" not in page and 'href="glossary.html"' in page
    assert "badge.svg" not in page and 'href="https://example.org/01.ipynb"' in page


def test_neighbours_home_and_contents_are_linked(notebook):
    before, after = (Head(f"{n}.html", f"{n} <i>", "", "", "") for n in ("00", "02"))
    page = notebook_page.page(notebook, None, before, after)
    for link in ("index.html", "00.html", "02.html"):
        assert page.count(f'href="{link}"') == 2
    assert "00 &lt;i&gt;" in page and "<i>" not in page
    links = re.findall(r'<li><a href="#([^"]+)">(.*?)</a></li>', page)
    assert [text for _, text in links] == ["What is it?", "A bold end"]
    assert all(f'id="{place}"' in page for place, _ in links)


def test_a_table_can_be_moved_sideways_by_keyboard(notebook):
    page = notebook_page.page(notebook)
    [around] = re.findall(r'<div aria-label="table" class="scroll".*?</table>', page, re.S)
    assert 'tabindex="0"' in around and "<td>7</td>" in around and page.count('class="scroll"') == 1


def test_a_solution_in_a_text_is_folded_and_its_code_is_code():
    text = "<details>\n<summary>Solution</summary>\n\n```python\nx = 1\n```\n\n</details>"
    page = notebook_page.page(new_notebook(cells=[new_markdown_cell(text)]))
    [fold] = re.findall(r"<details>\s*<summary>Solution</summary>(.*?)</details>", page, re.S)
    assert "highlight" in fold and "<pre>" in fold and "```" not in page


def test_a_fold_is_text():
    cell = new_code_cell("# @title <script>x</script>\n1", metadata={"cellView": "form"})
    page = notebook_page.page(new_notebook(cells=[cell]))
    assert "<summary>&lt;script&gt;" in page and "<script" not in page
