"""The room's page: `sections` lists what stands in it, and `files` writes it."""

from helpers.display.room.files import KIND, contents, write

__all__ = ["KIND", "contents", "write"]
