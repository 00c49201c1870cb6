"""The report: `files` writes it, `of_study` and `of_published` list what stands in it."""

from helpers.display.report.files import contents, write

__all__ = ["contents", "write"]
