"""Progress as text: a plain bar that needs no JavaScript."""

import sys

from tqdm import tqdm


def bar(total, unit, desc="", done=0):
    """A text bar, on stdout in a notebook (stderr is an error's colour there), else on stderr."""
    stream = sys.stdout if "ipykernel" in sys.modules else sys.stderr
    return tqdm(total=total, initial=done, unit=unit, desc=desc, ascii=True, file=stream)
