"""Locks that the system lets go when a process dies: no clock, no process number is trusted."""

import contextlib
import os

from helpers.errors import InputError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None


@contextlib.contextmanager
def exclusive(path):
    """Hold the lock of a file, made when missing, while the block runs; waits for it."""
    handle = _open(path)
    try:
        _lock(handle, wait=True)
        yield
    finally:
        os.close(handle)


def hold(path):
    """Take a lock until this process ends or the returned handle is closed; None if taken."""
    handle = _open(path)
    if _lock(handle, wait=False):
        return handle
    os.close(handle)
    return None


def refuse_link(folder):
    """Raise InputError where a folder of a study's own is a link to another place."""
    if folder.is_symlink():
        raise InputError(f"{folder} is a link, and nothing is written through it: move it.")


def is_held(path):
    """Whether a living process holds the lock of a file; False when there is no such file."""
    handle = _look_at(path)
    if handle is None:
        return False
    try:
        return not _lock(handle, wait=False)
    finally:
        os.close(handle)


def _look_at(path):
    """A handle of a file that is there, if only for reading; None when it cannot be opened.

    Over a network a lock may need a handle that can write.
    """
    for how in (os.O_RDWR, os.O_RDONLY):
        with contextlib.suppress(OSError):
            return os.open(path, how)
    return None


def _open(path):
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
    except OSError as error:
        raise InputError(f"{path} could not be written: {error.strerror or error}.") from error


def _lock(handle, wait):
    if fcntl is None:
        return _lock_on_windows(handle, wait)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    except OSError as error:
        raise InputError(
            f"The file system of this folder has no locks ({error.strerror or error}), so two runs "
            "could not tell what the other does: keep the study on a local disk, and name this "
            "folder as its --mirror."
        ) from error
    return True


def _lock_on_windows(handle, wait):
    import msvcrt

    while True:
        with contextlib.suppress(OSError):
            msvcrt.locking(handle, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
            return True
        if not wait:
            return False
