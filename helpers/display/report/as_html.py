"""A report as one page that needs no other file."""

import jinja2
from markupsafe import Markup

from helpers.display.pictures import POLICY
from helpers.plain import plain


def _shown(value):
    """What is written of a value: a text that is no HTML of ours only shows."""
    return plain(value) if type(value) is str else value


_LOADER = jinja2.PackageLoader("helpers.display.report", ".")
_TEMPLATES = jinja2.Environment(loader=_LOADER, autoescape=True, trim_blocks=True, finalize=_shown)


def page(report):
    """The page of a `Report`: text in HTML."""
    return _TEMPLATES.get_template("page.html").render(report=report, policy=Markup(POLICY))
