"""The report: `sections` lists what stands in it, and `files` writes it."""

from helpers.display.report.files import KIND, contents, write

__all__ = ["KIND", "contents", "write"]
