"""A report as one page that needs no other file."""

import jinja2

_TEMPLATES = jinja2.Environment(
    loader=jinja2.PackageLoader("helpers.display.report", "."),
    autoescape=True,
    trim_blocks=True,
    undefined=jinja2.StrictUndefined,
)


def page(report):
    """The page of a `Report`: text in HTML."""
    return _TEMPLATES.get_template("page.html").render(report=report)
