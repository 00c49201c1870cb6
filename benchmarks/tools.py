"""The other side of a benchmark: where its program is."""

import shutil
import sys
from pathlib import Path


def dcm2niix():
    """The path of dcm2niix, of PyPI's wheel or the system's; ends the program without one."""
    found = shutil.which("dcm2niix", path=str(Path(sys.executable).parent))
    return found or shutil.which("dcm2niix") or sys.exit("dcm2niix is missing: pip install it.")
