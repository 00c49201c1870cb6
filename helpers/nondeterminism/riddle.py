"""The sum that parts two same-seed trainings on a CPU, without a network: docs/riddle.md.

TensorFlow's memory optimizer takes a sum of three or more terms apart when it expects a step to
need more than 0.8 · 256 MiB; the terms are then added in whatever order they are ready.
"""

import numpy as np
import pandas as pd

from helpers.nondeterminism import fresh_process
from helpers.study.progress import bar

CHANGES = ("nothing", "op determinism", "memory optimizer off", "set_jit(True)", "inter-op 1")


def add_products(kept=256, terms=3, static=True):
    """A call that adds products of 512 × 512 matrices while ``kept`` MiB wait for their use.

    static  : whether TensorFlow knows the number of rows beforehand
    returns : function of nothing → bytes of the sum, from the same numbers each time
    """
    import tensorflow as tf

    rng = np.random.default_rng(0)
    x, *factors = (tf.constant(rng.normal(size=(512, 512)), tf.float32) for _ in range(terms + 1))
    waiting = tf.zeros([kept * 2**18])
    shapes = [512 if static else None, 512], waiting.shape

    @tf.function(input_signature=[tf.TensorSpec(shape) for shape in shapes])
    def _add(x, waiting):
        total = tf.add_n([x @ factor for factor in factors])
        with tf.control_dependencies([total]):
            return total, tf.reduce_sum(waiting[:8])

    return lambda: _add(x, waiting)[0].numpy().tobytes()


def under_changes(changes, calls=200):
    """The sum under each change, in a fresh process: a frame of change, taken_apart and results.

    changes : names of ``CHANGES``
    """
    rows = []
    with bar(len(changes), "change", "sums") as shown:
        for change in changes:
            apart, results = fresh_process.call(_add_quietly, change, calls)
            rows.append({"change": change, "taken_apart": apart, "results": results})
            shown.update()
    return pd.DataFrame(rows)


def measure(change, build, arguments, calls):
    """(sums that the optimized graph takes apart, different results of so many calls).

    change : one of ``CHANGES``, made in this process before anything is computed
    build  : function of ``arguments``, a dict, → function of nothing → bytes
    """
    _change(change)
    from tensorflow.python.eager import context

    call = build(**arguments)
    context.context().enable_graph_collection()
    call()
    graphs = context.context().export_run_metadata().function_graphs
    context.context().disable_graph_collection()
    ops = [node.op for g in graphs for node in g.post_optimization_graph.node]
    return ops.count("TemporaryVariable"), len({call() for _ in range(calls)})


def _add_quietly(change, calls):
    import helpers.learning.quiet_keras  # noqa: F401 - starts TensorFlow without its chatter

    return measure(change, add_products, {}, calls)


def _change(change):
    import tensorflow as tf
    from tensorflow.python.eager import context

    if change == "op determinism":
        tf.config.experimental.enable_op_determinism()
    elif change == "inter-op 1":
        tf.config.threading.set_inter_op_parallelism_threads(1)
    elif change == "set_jit(True)":
        tf.config.optimizer.set_jit(True)
    elif change == "memory optimizer off":  # has no public switch of its own
        config = context.context().config
        config.graph_options.rewrite_options.memory_optimization = 1  # NO_MEM_OPT
        context.context().function_call_options = context.FunctionCallOptions(config_proto=config)
