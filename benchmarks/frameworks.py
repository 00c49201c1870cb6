"""The same first weights and mini-batches on each framework: how soon do they part, how fast?

python benchmarks/frameworks.py [PROTOCOL [OUT.csv]]  one process a framework, and the table
python benchmarks/frameworks.py one PROTOCOL OUT    this process's framework alone

The protocol's network (default: demo) is trained on phantoms under the control arm, so that each
framework repeats itself to the bit; what is left between two of them is their arithmetic.
"""

import importlib.metadata
import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

AFTER = (1, 2, 5, 10)  # steps whose weights are compared
TIMED = 20  # steps after them, of which the median is taken


def main(name="demo", out=None):
    """Run every framework that is installed, print the table, and write it as CSV."""
    from helpers.learning import frameworks

    with tempfile.TemporaryDirectory() as folder:
        found = {
            framework: _in_its_own_process(framework, name, Path(folder) / f"{framework}.npz")
            for framework in frameworks.NAMES
            if importlib.util.find_spec(framework)
        }
    print("framework   " + "".join(f"step {n:<8}" for n in AFTER) + "s a step   s the first")
    for framework, numbers in found.items():
        away = [_distance(found["tensorflow"][f"after_{n}"], numbers[f"after_{n}"]) for n in AFTER]
        seconds = numbers["seconds"]
        print(f"{framework:12}" + "".join(f"{d:<13.2e}" for d in away), end="")
        print(f"{np.median(seconds[-TIMED:]):<11.3f}{seconds[0]:.1f}")
    if out:
        _write(found, name, Path(out))


def _write(found, name, out):
    """One row a framework and step: version and relative distance to TensorFlow's weights."""
    import pandas as pd

    from helpers import protocol
    from helpers.study import fingerprint, probing

    rows = [
        {
            "framework": framework,
            "version": _version(framework),
            "step": step,
            "distance": _distance(found["tensorflow"][f"after_{step}"], numbers[f"after_{step}"]),
        }
        for framework, numbers in found.items()
        for step in AFTER
    ]
    here = fingerprint.fingerprint(protocol.choose(name), None)
    probing.write(pd.DataFrame(rows), here, out)


def one(name, out):
    """Train on this process's framework; save its weights after some steps, and its seconds."""
    from helpers import protocol
    from helpers.imaging import cohort
    from helpers.learning import cell, determinism, framework
    from helpers.learning.arms import ARMS

    chosen, arm = replace(protocol.choose(name), epochs=100), ARMS["control"]
    trained, _ = cell.split(cohort.load(chosen), chosen, 0)
    determinism.apply(determinism.switches(arm, chosen))
    trail = _trail(framework.keras)
    cell.fit(chosen, arm, 0, 0, trained, [trail])
    np.savez(out, seconds=np.diff(trail.times), **trail.weights)


def _trail(keras):
    class _Trail(keras.callbacks.Callback):
        weights, times = {}, [time.perf_counter()]

        def on_train_batch_end(self, batch, logs=None):
            float(logs["loss"])  # a framework may still be computing: wait for it
            self.times.append(time.perf_counter())
            step = len(self.times) - 1
            if step in AFTER:
                values = [w.ravel() for w in self.model.get_weights()]
                self.weights[f"after_{step}"] = np.concatenate(values)
            if step == max(AFTER) + TIMED:
                self.model.stop_training = True

    return _Trail()


def _in_its_own_process(framework, name, out):
    command = [sys.executable, __file__, "one", name, str(out)]
    subprocess.run(command, check=True, env=os.environ | {"KERAS_BACKEND": framework})
    with np.load(out) as stored:
        return dict(stored)


def _version(framework):
    """TensorFlow's package may be called tensorflow-cpu."""
    return importlib.metadata.version(importlib.metadata.packages_distributions()[framework][0])


def _distance(one, other):
    return np.linalg.norm(one - other) / np.linalg.norm(one)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent))
    one(*sys.argv[2:]) if sys.argv[1:2] == ["one"] else main(*sys.argv[1:])
