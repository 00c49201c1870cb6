"""Which processes a machine should run: one a core, or one a GPU."""

import os

from helpers.errors import InputError
from helpers.learning.frameworks import environment, nvidia_smi


def gpus():
    """Names of the GPUs that this process may use, [] where there are none.

    CUDA_VISIBLE_DEVICES is obeyed where nvidia-smi finds GPUs at all.
    """
    found = nvidia_smi.query("index")
    if not found:
        return []
    named = os.environ.get("CUDA_VISIBLE_DEVICES", ",".join(found))
    return [n.strip() for n in named.split(",") if n.strip() not in ("", "-1")]


def processes(fixed, workers=None):
    """The environment of each worker process of this machine, as a list of dicts.

    A worker sets its own switches, so what this process has set for its own is taken back.

    fixed   : whether the arms fix their threads: one process a core, else one in all
    workers : how many processes arms with fixed threads get, and all arms where there is a GPU,
              whose work does not hang on threads; one a core or a GPU when None
    raises  : InputError when ``workers`` is less than one

    A core is one that this process may use: affinity and control groups are obeyed.
    """
    from dask import system

    if workers is not None and workers < 1:
        raise InputError(f"{workers} workers can do nothing: give 1 or more.")
    found = gpus()
    number = len(found) or (system.CPU_COUNT if fixed else 1)
    if workers and (fixed or found):
        number = workers
    own = [{"CUDA_VISIBLE_DEVICES": found[i % len(found)]} if found else {} for i in range(number)]
    return [environment.for_children() | one for one in own]
