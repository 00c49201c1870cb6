"""A report as one page that needs no other file."""

import jinja2

_LOADER = jinja2.PackageLoader("helpers.display.report", ".")
_TEMPLATES = jinja2.Environment(loader=_LOADER, autoescape=True, trim_blocks=True)


def page(report):
    """The page of a `Report`: text in HTML."""
    return _TEMPLATES.get_template("page.html").render(report=report)
