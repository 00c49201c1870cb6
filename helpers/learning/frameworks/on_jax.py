"""JAX: its threads, XLA's flags and a GPU's memory come from the environment, when it starts.

JAX starts at its first array, not when it is imported, so a process can still set them itself.
Source of the flags: https://openxla.org/xla/flags_guidance and, for memory,
https://docs.jax.dev/en/latest/gpu_memory_allocation.html; ``PJRT_NPROC`` is the size of the CPU
client's pool of threads (xla/pjrt/cpu/cpu_client.cc, DefaultThreadPoolSize).
"""

import os

import jax
from jax._src import xla_bridge

from helpers.errors import InputError
from helpers.learning.frameworks import environment, nvidia_smi

_FRACTION = "XLA_PYTHON_CLIENT_MEM_FRACTION"


def apply(wanted, cap_mib):
    """Set the switches; InputError when JAX has already computed in this process without them."""
    needed = _threads(wanted) | _memory(cap_mib)
    flags = os.environ.get("XLA_FLAGS", "").split()
    missing = [flag for flag in _flags(wanted) if flag not in flags]
    if missing:
        needed["XLA_FLAGS"] = " ".join(flags + missing)
    changed = {name: value for name, value in needed.items() if os.environ.get(name) != value}
    if changed and xla_bridge.backends_are_initialized():
        raise InputError(
            f"JAX has already computed in this process, so {', '.join(sorted(changed))} cannot be "
            "set any more: restart, and set the switches first."
        )
    for name, value in changed.items():
        environment.put(name, value)
    jax.config.update("jax_default_matmul_precision", "highest")  # no TF32


def forget_gpu_peak():
    """Nothing: JAX counts its peak from the start of the process."""


def gpu_peak_bytes():
    """The most that arrays held on the first GPU since the process began, bytes; None without."""
    first = jax.local_devices()[0]
    return first.memory_stats()["peak_bytes_in_use"] if first.platform == "gpu" else None


def _threads(wanted):
    return {"PJRT_NPROC": str(wanted.intra_op_threads)} if wanted.intra_op_threads else {}


def _flags(wanted):
    flags = ["--xla_gpu_deterministic_ops=true"] if wanted.op_determinism else []
    if wanted.intra_op_threads == 1:
        flags.append("--xla_cpu_multi_thread_eigen=false")
    return flags


def _memory(cap_mib):
    """The fraction of the largest visible GPU that is so many MiB; nothing without a GPU."""
    total = _largest_gpu_mib()
    return {_FRACTION: f"{min(1.0, cap_mib / total):.4f}"} if total else {}


def _largest_gpu_mib():
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    totals = nvidia_smi.query("memory.total", *(["-i", visible] if visible else []))
    return max(map(float, totals), default=None)
