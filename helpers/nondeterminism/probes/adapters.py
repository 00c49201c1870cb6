"""What the probes need from a framework beyond keras.ops: TensorFlow, torch and JAX.

A function is run as that framework trains: TensorFlow in a graph without XLA, JAX jitted, torch
op by op.
"""

import importlib.util

from helpers.learning import frameworks
from helpers.learning.frameworks import nvidia_smi


class NotThere(Exception):
    """The framework has no such op."""


def compiled(function):
    """A function of tensors → list of tensors as the framework runs it in training."""
    if frameworks.name() == "tensorflow":
        import tensorflow as tf

        tf.get_logger().setLevel("ERROR")  # many functions of one name are no mistake here
        return tf.function(function, autograph=False, jit_compile=False)
    if frameworks.name() == "jax":
        import jax

        return jax.jit(function)
    return function


def gradient(function, wrt):
    """The gradient of Σ function(*inputs) · weights, as a function (inputs, weights) → list.

    function : tensors → tensor; wrt : which inputs, as a list of int
    """
    framework = {"tensorflow": _tensorflow, "torch": _torch, "jax": _jax}[frameworks.name()]
    return framework(function, wrt)


def add(terms):
    """The sum of a list of tensors: TensorFlow's AddN, elsewhere one after the other."""
    if frameworks.name() == "tensorflow":
        import tensorflow as tf

        return tf.add_n(terms)
    return sum(terms[1:], terms[0])


def refusals():
    """The errors by which an op says that it has no deterministic form or no kernel."""
    if frameworks.name() == "tensorflow":
        import tensorflow as tf

        return (tf.errors.UnimplementedError, tf.errors.InvalidArgumentError, RuntimeError)
    return (RuntimeError, NotImplementedError)


def device():
    """What the framework computes on: GPU or CPU."""
    if frameworks.name() == "tensorflow":
        import tensorflow as tf

        return "GPU" if tf.config.list_logical_devices("GPU") else "CPU"
    if frameworks.name() == "torch":
        import torch

        return "GPU" if torch.cuda.is_available() else "CPU"
    import jax

    return jax.default_backend().upper()


def device_unstarted():
    """The same, asked so that TensorFlow's and PyTorch's switches can still be set afterwards.

    JAX answers only when it has started, so there NVIDIA's own program is asked.
    """
    if frameworks.name() == "tensorflow":
        import tensorflow as tf

        return "GPU" if tf.config.list_physical_devices("GPU") else "CPU"
    if frameworks.name() == "jax":
        plugins = [f"jax_cuda{n}_plugin" for n in (12, 13)]
        found = any(map(importlib.util.find_spec, plugins))
        return "GPU" if found and nvidia_smi.query("name") else "CPU"
    return device()


def _tensorflow(function, wrt):
    import tensorflow as tf

    @tf.function(autograph=False, jit_compile=False)
    def _gradient(inputs, weights):
        watched = [inputs[i] for i in wrt]
        with tf.GradientTape() as tape:
            tape.watch(watched)
            output = function(*inputs)
        return [
            tf.convert_to_tensor(g)  # a gather's gradient is a list of slices until here
            for g in tape.gradient(output, watched, output_gradients=weights)
        ]

    return _gradient


def _torch(function, wrt):
    import torch

    def _gradient(inputs, weights):
        inputs = [t.detach().requires_grad_() if i in wrt else t for i, t in enumerate(inputs)]
        return torch.autograd.grad(function(*inputs), [inputs[i] for i in wrt], weights)

    return _gradient


def _jax(function, wrt):
    import jax

    @jax.jit
    def _gradient(inputs, weights):
        def _of(*watched):
            given = list(inputs)
            for i, tensor in zip(wrt, watched, strict=True):
                given[i] = tensor
            return function(*given)

        return jax.vjp(_of, *(inputs[i] for i in wrt))[1](weights)

    return _gradient
