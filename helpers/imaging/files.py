"""Every file under a folder: links are followed, and what cannot be looked at is refused.

A file may be named after a person, so what is said names none that nobody gave.
"""

import os
from contextlib import contextmanager
from pathlib import Path
from stat import S_IFDIR, S_IFMT, S_IFREG

from helpers.errors import InputError

LEFT_BY_SYSTEMS = (".ds_store", ".localized", "thumbs.db", "ehthumbs.db", "desktop.ini")


def files_under(folder):
    """The regular files under ``folder``, as paths in a lasting order, links followed.

    Each folder is looked at once, however many links lead to it, and none that holds ``folder``:
    circles end there. What ``entries`` passes over is left out, pipes and devices too. Raises
    InputError for a folder that cannot be opened and for a link that points nowhere.
    """
    with readable("the folder"):
        seen = {_identity(place) for place in Path(os.path.realpath(folder)).parents}
    found, waiting = [], [Path(folder)]
    while waiting:
        place = waiting.pop()
        if _is_new(place, seen):
            there = entries(place)
            found.extend(path for path, kind in there if kind == S_IFREG)
            waiting.extend(path for path, kind in there if kind == S_IFDIR)
    return found


def _is_new(place, seen):
    before = len(seen)
    with readable("a folder in it"):
        seen.add(_identity(place))
    return len(seen) > before


def entries(folder):
    """What lies in ``folder``: its path and S_IFDIR, S_IFREG or another kind, links followed.

    ``__MACOSX`` and what macOS, Windows and editors leave behind are passed over. Raises
    InputError as ``files_under`` does.
    """
    with readable("a folder in it"), os.scandir(folder) as found:
        there = sorted(found, key=lambda entry: entry.name)
        return [(Path(e.path), _kind(e)) for e in there if not _left_behind(e.name.lower())]


def _left_behind(name):
    return name in LEFT_BY_SYSTEMS or name == "__macosx" or name.startswith(".#")


def _kind(entry):
    """The kind of what an entry is or leads to; the system is asked about links only."""
    if entry.is_symlink():
        try:
            return S_IFMT(entry.stat().st_mode)
        except PermissionError:
            raise
        except OSError:
            raise InputError("a link in it points nowhere; delete it or get its file.") from None
    if entry.is_dir(follow_symlinks=False):
        return S_IFDIR
    return S_IFREG if entry.is_file(follow_symlinks=False) else 0


def _identity(place):
    told = place.stat()
    return told.st_dev, told.st_ino


@contextmanager
def readable(what):
    """Turn what the system says of a file that cannot be read into an InputError about ``what``.

    An OSError that does not come from the system passes through.
    """
    try:
        yield
    except FileNotFoundError:
        raise InputError(f"{what} does not exist; check its name.") from None
    except OSError as error:
        if error.errno is None:
            raise
        reason = error.strerror.lower()
        raise InputError(f"{what} cannot be read ({reason}); allow it or move it away.") from None
