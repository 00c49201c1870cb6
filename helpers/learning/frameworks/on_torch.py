"""PyTorch: threads, deterministic algorithms and cuDNN by its own functions.

Only cuBLAS reads its workspace from the environment, when CUDA starts.
Source: PyTorch's note on reproducibility, https://docs.pytorch.org/docs/stable/notes/randomness.html
"""

import os

import torch

from helpers.errors import InputError
from helpers.learning.frameworks import environment

_WORKSPACE, _ONE_SIZE = "CUBLAS_WORKSPACE_CONFIG", ":4096:8"


def apply(wanted, cap_mib):
    """Set the switches; InputError when PyTorch has already computed in this process."""
    if wanted.op_determinism:
        _fix_cublas()
        torch.use_deterministic_algorithms(True)
        torch.backends.cudnn.deterministic = True
    torch.backends.cudnn.benchmark = False
    torch.backends.fp32_precision = "ieee"  # no TF32 in matrix products and convolutions
    if wanted.inter_op_threads:
        _fix_inter_op(wanted.inter_op_threads)
    if wanted.intra_op_threads:
        torch.set_num_threads(wanted.intra_op_threads)
    cap_gpus(cap_mib)


def cap_gpus(cap_mib):
    """Let PyTorch's allocator hold so many MiB of every GPU."""
    for gpu in range(torch.cuda.device_count()):
        total = torch.cuda.get_device_properties(gpu).total_memory
        torch.cuda.set_per_process_memory_fraction(min(1.0, cap_mib * 2**20 / total), gpu)


def forget_gpu_peak():
    """Measure the first GPU's memory anew."""
    if torch.cuda.is_available():
        torch.cuda.reset_peak_memory_stats(0)


def gpu_peak_bytes():
    """The most that tensors held on the first GPU, bytes; None without a GPU."""
    return torch.cuda.max_memory_allocated(0) if torch.cuda.is_available() else None


def _fix_cublas():
    if os.environ.get(_WORKSPACE) == _ONE_SIZE:
        return
    if torch.cuda.is_initialized():
        raise InputError(
            "CUDA has already started in this process, so cuBLAS cannot be fixed any more: "
            "restart, and set the switches first."
        )
    environment.put(_WORKSPACE, _ONE_SIZE)


def _fix_inter_op(threads):
    if torch.get_num_interop_threads() == threads:
        return
    try:
        torch.set_num_interop_threads(threads)
    except RuntimeError as error:
        raise InputError(
            "PyTorch has already computed in this process, so its threads cannot be fixed any "
            "more: restart, and set the switches first."
        ) from error
