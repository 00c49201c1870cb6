"""Memory: the cap of a GPU, and the most that a cell has used."""

import contextlib
import resource
import sys
from pathlib import Path

from helpers.learning import frameworks

CAP_MIB = 11_264  # what a K80's 12 GB leave to one process; the GPU of the talk

_STATUS = Path("/proc/self/status")
_CLEAR = Path("/proc/self/clear_refs")


def forget_peaks():
    """Start to measure anew; where system or framework cannot, the peak is the process's."""
    with contextlib.suppress(OSError):
        _CLEAR.write_text("5")
    frameworks.here().forget_gpu_peak()


def peaks_mb():
    """The most memory used since ``forget_peaks``: dict of MB, ``gpu`` None without a GPU."""
    gpu = frameworks.here().gpu_peak_bytes()
    return {"process": _process_mb(), "gpu": None if gpu is None else gpu / 1e6}


def _process_mb():
    try:
        lines = _STATUS.read_text().splitlines()
        kib = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
        return kib * 1024 / 1e6
    except (OSError, StopIteration):
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
