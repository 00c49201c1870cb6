"""Rows of one part of a survey, each on the disk as soon as it is found."""

import json
from pathlib import Path

from helpers import atomic, reading
from helpers.errors import InputError


class Rows:
    """The rows of a part, a list of dicts, in a file of their own.

    whole : whether there is nothing left to find
    """

    def __init__(self, path):
        """Read what is there; InputError when it is somebody else's or torn."""
        self.path, self.known, self.whole = Path(path), [], False
        try:
            found = reading.parsed(reading.content(self.path))
            self.known, self.whole = list(found["rows"]), bool(found["whole"])
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InputError(f"{path} cannot be read: restore it, or move it away.") from error

    def add(self, *rows):
        """Keep some rows, together."""
        self.known += rows
        self._write()

    def close(self):
        """Note that nothing is left to find."""
        self.whole = True
        self._write()

    def _write(self):
        content = json.dumps({"whole": self.whole, "rows": self.known}, indent=1)
        atomic.write_bytes(self.path, content.encode())
