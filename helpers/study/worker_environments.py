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
    named = os.environ.get(nvidia_smi.VISIBLE, ",".join(found))
    return [n.strip() for n in named.split(",") if n.strip() not in ("", "-1")]


def processes(fixed, workers=None):
    """The environment of each worker process of this machine, as a list of dicts.

    A worker sets its own switches, so what this process has set for its own is taken back.

    fixed   : whether the arms fix their threads: one process a core, else one in all
    workers : how many processes arms with fixed threads get, and all arms where there is a GPU,
              whose work does not hang on threads; one a core or a GPU when None
    raises  : InputError when ``workers`` is less than one, or GPUs are of two kinds

    A core is one that this process may use: affinity and control groups are obeyed.
    """
    from dask import system

    if workers is not None and workers < 1:
        raise InputError(f"{workers} workers can do nothing: give 1 or more.")
    found = gpus()
    _check_one_kind()
    number = len(found) or (system.CPU_COUNT if fixed else 1)
    if workers and (fixed or found):
        number = workers
    own = [_alone(found[i % len(found)]) if found else {} for i in range(number)]
    return [environment.for_children() | one for one in own]


def _alone(gpu):
    """What lets a process see one GPU, counted as nvidia-smi counts."""
    return {nvidia_smi.VISIBLE: gpu, "CUDA_DEVICE_ORDER": "PCI_BUS_ID"}


def _check_one_kind():
    kinds = sorted(set(nvidia_smi.visible("name")))
    if len(kinds) > 1:
        raise InputError(
            f"This machine has GPUs of {len(kinds)} kinds ({', '.join(kinds)}), and a study is of "
            f"one: name those of one kind in {nvidia_smi.VISIBLE}, as nvidia-smi counts them."
        )
