"""A report as one page that needs no other file."""

from helpers.display import templates


def page(report):
    """The page of a `Report`: text in HTML."""
    return templates.rendered("report.html", report=report)
