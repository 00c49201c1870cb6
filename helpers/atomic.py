"""Files that appear whole or not at all, whatever kills the process."""

import contextlib
import ctypes
import os
import re
import secrets
from pathlib import Path

from helpers.errors import InputError

_OURS = re.compile(r"\.[0-9a-f]{16}\.train-again")


@contextlib.contextmanager
def replacing(path, lasting=True):
    """Yield a temporary path beside ``path``; it takes that name when the block ends well.

    path    : file to write; its folder is made when missing
    lasting : whether the disk is waited for, so that a power cut loses nothing either
    raises  : InputError naming the file when the disk refuses it; nothing is left behind
    """
    path = Path(path)
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = _new_file(path.parent)
        yield temporary
        if lasting:
            sync(temporary)
        os.replace(temporary, path)
        if lasting:
            with contextlib.suppress(OSError):  # some file systems sync no folder: it is there
                sync(path.parent, os.O_RDONLY)
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


def set_aside(path):
    """Give what stands where a file of ours belongs another name beside it; returns that name."""
    aside = path.with_name(f"{path.name}.found-{secrets.token_hex(4)}")
    os.replace(path, aside)
    return aside


def sweep(folder):
    """Delete what a killed process has left in a folder: files that ``replacing`` has named.

    Whoever calls it makes sure that nobody is writing there.
    """
    for path in Path(folder).glob(".*.train-again"):
        if _OURS.fullmatch(path.name) and path.is_file() and not path.is_symlink():
            path.unlink(missing_ok=True)


def sync(path, how=os.O_RDWR):
    """Wait until the disk has a file, or, opened to be read, a folder."""
    descriptor = os.open(path, how)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def swap(one, other):
    """Let two folders change names in one step, which no kill can part; OSError but on Linux."""
    here, swapping = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    try:
        exchange = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, TypeError):
        raise OSError("this system swaps no folders") from None
    if exchange(here, os.fsencode(one), here, os.fsencode(other), swapping):
        raise OSError(ctypes.get_errno(), "the folders could not be swapped")


def _new_file(folder):
    """An empty file of a name that nobody can guess; never one that is there, never a link."""
    path = folder / f".{secrets.token_hex(8)}.train-again"
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
    return path
