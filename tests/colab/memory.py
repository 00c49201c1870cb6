"""The memory of a process and all that it started, on Linux."""

from pathlib import Path

import psutil


def held_gb(pid):
    """GB of a process and its children: a page that three processes share counts once."""
    try:
        family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0.0
    return sum(_pss(one.pid) for one in family) * 1024 / 1e9


def _pss(pid):
    """Proportional set size of one process, kB: each sharer of a page counts its part of it."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0  # it has ended
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
