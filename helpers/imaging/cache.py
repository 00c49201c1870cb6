"""Where this user's cohorts and studies are kept, under names that say what they were made by."""

import hashlib
import os
from pathlib import Path

import platformdirs

CACHE = "TRAIN_AGAIN_CACHE"


def cache_folder():
    """Where this user's cohorts and studies are kept; TRAIN_AGAIN_CACHE names another place."""
    return Path(os.environ.get(CACHE) or platformdirs.user_cache_path("train-again"))


def key(numbers, part=""):
    """Twelve hexadecimal digits of numbers and of the imaging wing's code, or a part of it.

    numbers : dict of what was chosen; part : a folder of the wing, all of it when empty
    """
    total = hashlib.sha256(repr(sorted(numbers.items())).encode())
    for path in sorted((Path(__file__).parent / part).rglob("*.py")):
        total.update(path.read_bytes())
    return total.hexdigest()[:12]
