"""Where this user's cohorts and studies are kept, under names that say what they were made by."""

import hashlib
import os
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


def _users_own():
    try:
        folder = platformdirs.user_cache_path("train-again")
    except RuntimeError:
        folder = Path()
    if not folder.is_absolute():
        raise InputError(f"This user has no home folder: name a folder of yours in {CACHE}.")
    return folder
