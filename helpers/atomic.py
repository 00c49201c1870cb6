"""Files that appear whole or not at all, whatever kills the process."""

import contextlib
import os
import secrets
from pathlib import Path

from helpers.errors import InputError


@contextlib.contextmanager
def replacing(path):
    """Yield a temporary path beside ``path``; it takes that name when the block ends well.

    path   : file to write; its folder is made when missing
    raises : InputError naming the file when the disk refuses it; nothing is left behind
    """
    path = Path(path)
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{secrets.token_hex(4)}.{path.name}")
        yield temporary
        _sync(temporary)
        os.replace(temporary, path)
        _sync(path.parent)
    except OSError as error:
        raise InputError(f"{path} could not be written: {error.strerror or error}.") from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def write_bytes(path, content):
    """Write ``content`` (bytes) to ``path`` as ``replacing`` does; returns the path."""
    with replacing(path) as temporary:
        temporary.write_bytes(content)
    return Path(path)


def _sync(path):
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
