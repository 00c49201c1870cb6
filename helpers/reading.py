"""Small files that somebody else may have put there: read only if they are what they should be.

A regular file and no link, pipe or device; never more than so many bytes; JSON that is not nested
without end. Whatever is wrong is an OSError or a ValueError, so that callers handle two kinds.
"""

import errno
import json
import os
import stat

MOST = 64 * 2**20  # bytes of a file
LONGEST = 4 * 2**20  # bytes of a line


def content(path, most=MOST):
    """The bytes of a regular file.

    raises : OSError when it is missing, a link, no regular file, or larger than ``most`` bytes
    """
    with regular(path) as file:
        if os.fstat(file.fileno()).st_size > most:
            raise OSError(errno.EFBIG, f"more than {most} bytes", str(path))
        return file.read()


def lines(path, longest=LONGEST):
    """Yield the lines of a regular file as bytes, one at a time; a line that is too long as b"".

    raises : as ``content``, but the file may have any size
    """
    with regular(path) as file:
        while line := file.readline(longest):
            whole = line.endswith(b"\n") or len(line) < longest
            while not whole and (rest := file.readline(longest)):
                whole, line = rest.endswith(b"\n"), b""
            yield line


def parsed(text):
    """The value in JSON text or bytes; ValueError when it is none, or nested too deep."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deep") from None


def regular(path):
    """A file open for reading bytes; OSError when it is missing, a link or no regular file."""
    how = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    handle = os.open(path, how)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, "it is no regular file", str(path))
    return os.fdopen(handle, "rb")
