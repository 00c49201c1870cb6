"""Where this user's cohorts and studies are kept, under names that say what they were made by."""

import hashlib
import os
import stat
from pathlib import Path

import platformdirs

from helpers.errors import InputError

CACHE = "TRAIN_AGAIN_CACHE"


def cache_folder():
    """Where this user's cohorts and studies are kept; made when missing.

    TRAIN_AGAIN_CACHE names another place.
    raises : InputError when there is no such place, or it cannot be written to
    """
    named = os.environ.get(CACHE)
    folder = Path(named) if named else _users_own()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"{folder} cannot be made ({error.strerror}): name another folder in {CACHE}."
        ) from error
    _refuse_strangers(folder)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise InputError(f"{folder} cannot be written to: name another folder in {CACHE}.")
    return folder


def key(numbers, part=""):
    """Twelve hexadecimal digits of numbers and of the imaging wing's code, or a part of it.

    numbers : dict of what was chosen; part : a folder of the wing, all of it when empty
    """
    total = hashlib.sha256(repr(sorted(numbers.items())).encode())
    for path in sorted((Path(__file__).parent / part).rglob("*.py")):
        total.update(path.read_bytes())
    return total.hexdigest()[:12]


def _refuse_strangers(folder):
    """Refuse a folder in which somebody else could put what a study then believes."""
    found = folder.stat()
    if hasattr(os, "geteuid") and found.st_uid != os.geteuid():
        raise InputError(f"{folder} belongs to another user: name a folder of yours in {CACHE}.")
    if os.name == "posix" and found.st_mode & stat.S_IWOTH:
        raise InputError(f"Everybody may write to {folder}: name a folder of yours in {CACHE}.")


def _users_own():
    try:
        folder = platformdirs.user_cache_path("train-again")
    except RuntimeError:
        folder = Path()
    if not folder.is_absolute():
        raise InputError(f"This user has no home folder: name a folder of yours in {CACHE}.")
    return folder
