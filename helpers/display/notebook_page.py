"""A notebook that was run as one page: it runs no script and loads nothing from elsewhere."""

import copy
import functools
import html
import re
from dataclasses import dataclass

from markupsafe import Markup
from nbconvert import HTMLExporter
from pygments.formatters import HtmlFormatter
from traitlets.config import Config

from helpers.display import templates

_SHOWN = ("text/html", "image/png", "text/markdown", "text/plain")  # the first that is there
_PICTURE = re.compile(r'<img alt="[^"]*" src="(data:image/png;base64,[A-Za-z0-9+/=]+)"')
_FORM = re.compile(r"#\s*@title\s+([^{\n]*)")
_ANCHOR = re.compile(r'<a class="anchor-link"[^>]*>[^<]*</a>')  # of a heading, to itself
_DARKER = (  # than the style has them: 4.5 : 1 on the shade behind them
    ".highlight .c, .highlight .c1 { color: #2f6465 }\n"
    ".highlight .ow, .highlight .nd { color: #7d10c4 }"
)
_LINKS = (  # of a notebook, as a page has them
    (re.compile(r"\[!\[([^\]]*)\]\([^)]*\)\]"), r"[\1]"),  # a badge would come from elsewhere
    (re.compile(r"\]\((\d\d_\w+)\.ipynb\)"), r"](\1.html)"),
    (re.compile(r"\]\(\.\./docs/(glossary)\.md\)"), r"](\1.html)"),
    (
        re.compile(r"\[([^\]]+)\]\(\.\./[^)]*\)"),
        r"\1",
    ),  # a file beside the notebooks, not the pages
)


@dataclass(frozen=True)
class Head:
    """What a notebook says of itself at its top, as text; "" where it does not.

    file : of its page; picture : the address of the first picture that it drew, data:image/png
    """

    file: str
    title: str
    claim: str
    minutes: str
    picture: str


def head(notebook, file):
    """The `Head` of a notebook; a title that it lacks is the name of its file."""
    text = next((c.source for c in notebook.cells if c.cell_type == "markdown"), "")
    title = re.search(r"^# (.+)$", text, re.M)
    after = [part.strip() for part in text[title.end() if title else 0 :].split("\n\n")]
    claim = next((part for part in after if part), "")
    minutes = next((part for part in after if "to read" in part), "")
    return Head(
        file,
        _bare(title[1]) if title else file.removesuffix(".html"),
        _bare(claim),
        _bare(re.split(r"(?<=\.) ", minutes)[0]),
        next(_pictures(notebook), ""),
    )


def page(notebook, here=None, before=None, after=None):
    """The page of a notebook, as text in HTML.

    here, before, after : the `Head` of it and of its neighbours, where it has them
    """
    made = _cells(notebook)
    title, end, rest = made.partition("</h1>")
    found = re.findall(r'<h2 id="([^"]+)">(.*?)</h2>', made)
    return templates.rendered(
        "notebook.html",
        head=here or head(notebook, "notebook"),
        before=before,
        after=after,
        contents=[(html.unescape(i), html.unescape(re.sub("<.*?>", "", t))) for i, t in found],
        above=Markup(title + end if rest else ""),
        cells=Markup(rest or made),
        colours=Markup(_colours()),
    )


def _cells(notebook):
    """The cells as HTML, links to notebooks as links to pages."""
    told = copy.deepcopy(notebook)
    for cell in told.cells:
        if cell.cell_type == "markdown":
            for pattern, new in _LINKS:
                cell.source = pattern.sub(new, cell.source)
    return _ANCHOR.sub("", _exporter().from_notebook_node(told)[0])


@functools.cache
def _exporter():
    shown = {"NbConvertBase": {"display_data_priority": list(_SHOWN)}}
    exporter = HTMLExporter(
        config=Config(shown),
        extra_loaders=[templates.LOADER],
        template_file="cells.html.j2",
    )
    exporter.register_filter("folded", folded)
    return exporter


def folded(cell):
    """What stands on the fold of a cell that is a form or hidden; "" where it is not folded."""
    hidden = cell.metadata.get("jupyter", {}).get("source_hidden")
    if not hidden and cell.metadata.get("cellView") != "form":
        return ""
    title = _FORM.match(cell.source)
    return title[1].strip() if title else "More"


def _pictures(notebook):
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            shown = output.get("data", {}).get("text/html", "")
            yield from _PICTURE.findall("".join(shown))


def _bare(text):
    """A line of Markdown without its marks."""
    return re.sub(r"\[([^\]]*)\]\([^)]*\)|\*\*|`", r"\1", text).strip()


def _colours():
    """The colours of code, for light and dark."""
    light = HtmlFormatter(style="default").get_style_defs(".highlight")
    dark = HtmlFormatter(style="github-dark").get_style_defs(".highlight")
    return f"{light}\n{_DARKER}\n@media screen and (prefers-color-scheme: dark) {{\n{dark}\n}}"
