"""Memory: the cap of a GPU, and the most that a cell has used."""

import contextlib
import resource
import sys
from pathlib import Path

CAP_MIB = 11_264  # what a K80's 12 GB leave to one process; the GPU of the talk

_STATUS = Path("/proc/self/status")
_CLEAR = Path("/proc/self/clear_refs")


def cap_gpus(tf):
    """Give every GPU one logical device of ``CAP_MIB``; before TensorFlow's first use of it."""
    for gpu in tf.config.list_physical_devices("GPU"):
        limit = tf.config.LogicalDeviceConfiguration(memory_limit=CAP_MIB)
        tf.config.set_logical_device_configuration(gpu, [limit])


def forget_peaks():
    """Start to measure anew; where the system cannot, the peak stays that of the process."""
    with contextlib.suppress(OSError):
        _CLEAR.write_text("5")
    tf = _tensorflow_with_gpu()
    if tf:
        tf.config.experimental.reset_memory_stats("GPU:0")


def peaks_mb():
    """The most memory used since ``forget_peaks``: dict of MB, ``gpu`` None without a GPU."""
    tf = _tensorflow_with_gpu()
    gpu = tf.config.experimental.get_memory_info("GPU:0")["peak"] / 1e6 if tf else None
    return {"process": _process_mb(), "gpu": gpu}


def _process_mb():
    try:
        lines = _STATUS.read_text().splitlines()
        kib = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
        return kib * 1024 / 1e6
    except (OSError, StopIteration):
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def _tensorflow_with_gpu():
    tf = sys.modules.get("tensorflow")
    return tf if tf and tf.config.list_logical_devices("GPU") else None
