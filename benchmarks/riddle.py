"""Where two same-seed trainings part on a CPU: one sum, and the order in which its terms arrive.

python benchmarks/riddle.py

Counts the different results of the same call, as it is and changed; see docs/riddle.md.
"""

import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def add_products(kept=256, terms=3, static=True):
    """A call that adds products of 512 × 512 matrices while ``kept`` MiB wait for their use."""
    import tensorflow as tf

    rng = np.random.default_rng(0)
    x, *factors = (tf.constant(rng.normal(size=(512, 512)), tf.float32) for _ in range(terms + 1))
    waiting = tf.zeros([kept * 2**18])
    shapes = [512 if static else None, 512], waiting.shape

    @tf.function(input_signature=[tf.TensorSpec(shape) for shape in shapes])
    def add(x, waiting):
        total = tf.add_n([x @ factor for factor in factors])
        with tf.control_dependencies([total]):
            return total, tf.reduce_sum(waiting[:8])

    return lambda: add(x, waiting)[0].numpy().tobytes()


def train_unet(batch=32, norm="stock", static=True):
    """A call that trains the 64 × 64 U-Net by a mini-batch; not static: by a partial one too."""
    from helpers.learning import unet

    rng = np.random.default_rng(0)
    x = rng.normal(size=(batch + (not static), 64, 64, 2))
    model = unet.build((64, 64, 2), 4, 16, norm)
    model.set_weights(unet.first_weights(model, rng))
    model.compile("adam", unet.dice_loss, jit_compile=False)
    model.optimizer.build(model.trainable_variables)
    state = [(v, v.numpy().copy()) for v in [*model.weights, *model.optimizer.variables]]

    def step():
        for variable, value in state:
            variable.assign(value)
        model.fit(x, (x[..., :1] > 0) * 1.0, batch_size=batch, shuffle=False, verbose=0)
        return b"".join(v.numpy().tobytes() for v in model.weights)

    return step


def switch(change):
    """Set one thing in TensorFlow itself, before anything is computed."""
    import tensorflow as tf
    from tensorflow.python.eager import context

    if change == "op determinism":
        tf.config.experimental.enable_op_determinism()
    elif change == "inter-op threads 1":
        tf.config.threading.set_inter_op_parallelism_threads(1)
    elif change == "set_jit(True)":
        tf.config.optimizer.set_jit(True)
    elif change == "memory optimizer off":  # has no public switch of its own
        config = context.context().config
        config.graph_options.rewrite_options.memory_optimization = 1  # NO_MEM_OPT
        context.context().function_call_options = context.FunctionCallOptions(config_proto=config)


def measure(change, build, arguments, calls):
    """Sums that the optimized graph takes apart, and different results of ``calls`` calls."""
    switch(change)
    from tensorflow.python.eager import context

    call = build(**arguments)
    context.context().enable_graph_collection()
    call()
    graphs = context.context().export_run_metadata().function_graphs
    context.context().disable_graph_collection()
    ops = [node.op for g in graphs for node in g.post_optimization_graph.node]
    return ops.count("TemporaryVariable"), len({call() for _ in range(calls)})


SUMS = [{}, {"kept": 190}, {"terms": 2}, {"static": False}]
NETS = [{}, {"batch": 24}, {"norm": "fused"}, {"static": False}]
PLAIN = [(add_products, a, 200) for a in SUMS] + [(train_unet, a, 8) for a in NETS]
SWITCHES = ["op determinism", "memory optimizer off", "set_jit(True)", "inter-op threads 1"]

if __name__ == "__main__":
    print(f"{'function':14}{'changed':24}{'sums taken apart':18}different results")
    for change, rows in {"": PLAIN, **dict.fromkeys(SWITCHES, PLAIN[:5:4])}.items():
        with ProcessPoolExecutor(1, get_context("spawn")) as process:  # a switch needs a fresh one
            for row in rows:
                apart, different = process.submit(measure, change, *row).result()
                what = change or ", ".join(f"{k}={v}" for k, v in row[1].items()) or "nothing"
                print(f"{row[0].__name__:14}{what:24}{apart:<18}{different} of {row[2]}")
