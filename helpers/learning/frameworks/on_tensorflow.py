"""TensorFlow: threads and op determinism by its own functions, before it computes."""

import tensorflow as tf

from helpers.errors import InputError


def apply(wanted, cap_mib):
    """Set the switches; InputError when TensorFlow has already computed in this process."""
    try:
        cap_gpus(cap_mib)
        if wanted.inter_op_threads:
            tf.config.threading.set_inter_op_parallelism_threads(wanted.inter_op_threads)
        if wanted.intra_op_threads:
            tf.config.threading.set_intra_op_parallelism_threads(wanted.intra_op_threads)
    except RuntimeError as error:
        raise InputError(
            "TensorFlow has already computed in this process, so its threads and memory cannot be "
            "fixed any more: restart, and set the switches first."
        ) from error
    if wanted.op_determinism:
        tf.config.experimental.enable_op_determinism()
    tf.config.experimental.enable_tensor_float_32_execution(False)
    tf.config.optimizer.set_jit(False)


def cap_gpus(cap_mib):
    """Give every GPU one logical device of so many MiB."""
    for gpu in tf.config.list_physical_devices("GPU"):
        limit = tf.config.LogicalDeviceConfiguration(memory_limit=cap_mib)
        tf.config.set_logical_device_configuration(gpu, [limit])


def forget_gpu_peak():
    """Measure the first GPU's memory anew."""
    if tf.config.list_logical_devices("GPU"):
        tf.config.experimental.reset_memory_stats("GPU:0")


def gpu_peak_bytes():
    """The most that the allocator held on the first GPU, bytes; None without a GPU."""
    if not tf.config.list_logical_devices("GPU"):
        return None
    return tf.config.experimental.get_memory_info("GPU:0")["peak"]
