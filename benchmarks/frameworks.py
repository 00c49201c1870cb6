"""The same first weights and mini-batches on each framework, and the same framework again.

python benchmarks/frameworks.py [PROTOCOL [OUT.csv]]  one process a framework, and the table
python benchmarks/frameworks.py one PROTOCOL OUT    this process's framework alone

The protocol's network (default: demo) is trained on phantoms, whole trainings of fold 0:
``control`` twice, to see that a framework repeats itself to the bit, and ``order`` and ``seeds``
three times, to have what differs between repetitions beside what differs between frameworks.
"""

import hashlib
import importlib.metadata
import importlib.util
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

RUNS = {"control": 2, "order": 3, "seeds": 3}
TRAININGS = [(arm, run) for arm, runs in RUNS.items() for run in range(runs)]
AFTER = (1, 2, 5, 10)  # steps whose weights are compared, and the last


def main(name="demo", out=None):
    """Run every framework that is installed, print the table, and write it as CSV."""
    import pandas as pd

    from helpers.learning import frameworks

    with tempfile.TemporaryDirectory() as folder:
        found = {
            framework: _in_its_own_process(framework, name, Path(folder) / f"{framework}.npz")
            for framework in frameworks.NAMES
            if importlib.util.find_spec(framework)
        }
    table = pd.DataFrame(_rows(found))
    wide = table.pivot(index=["framework", "arm", "run"], columns="step", values="distance")
    print(wide.to_string(float_format="{:.2e}".format))
    for framework, numbers in found.items():
        seconds = np.diff(numbers["seconds"])
        print(f"{framework}: {np.median(seconds):.3f} s a step, {seconds[0]:.1f} s the first")
    if out:
        _write(table, name, Path(out))


def _rows(found):
    """One row a framework, arm, run and step; distances to TensorFlow's first control run."""
    for framework, numbers in found.items():
        for arm, run in TRAININGS:
            steps = [*AFTER, int(numbers["steps"])]
            for step, weights in zip(steps, numbers[f"{arm}_{run}"], strict=True):
                last = step == steps[-1]
                yield {
                    "framework": framework,
                    "version": _version(framework),
                    "arm": arm,
                    "run": run,
                    "step": step,
                    "sha256": _digest(weights),
                    "distance": _distance(found, "tensorflow", weights, steps.index(step)),
                    "distance_to_own": _distance(found, framework, weights, steps.index(step)),
                    "dsc_percent": float(numbers[f"dsc_{arm}_{run}"]) if last else None,
                }


def _write(table, name, out):
    from helpers import protocols
    from helpers.nondeterminism import probing
    from helpers.study import fingerprint

    packages = dict(table[["framework", "version"]].drop_duplicates().to_numpy().tolist())
    here = fingerprint.fingerprint(protocols.choose(name), None)
    probing.write(table, here | {"backend": "each", "frameworks": packages}, out)


def one(name, out):
    """Train on this process's framework; save weights after some steps, DSC and seconds."""
    from helpers import protocols
    from helpers.imaging import cohort
    from helpers.learning import cell, quiet_keras, switches
    from helpers.learning.arms import ARMS

    chosen, found, seconds = protocols.choose(name), {}, []
    trained, held_out = cell.split(cohort.load(chosen), chosen, 0)
    switches.apply(switches.wanted(True, chosen))
    for arm, run in TRAININGS:
        trail = _trail(quiet_keras.keras)
        # repetition 0 of seeds is that of control
        model, _ = cell.fit(chosen, ARMS[arm], run + (arm == "seeds"), 0, trained, [trail])
        found[f"{arm}_{run}"] = [*trail.weights, _vector(model)]
        dsc = (cell.evaluate(model, patient, chosen) for patient in held_out)
        found[f"dsc_{arm}_{run}"] = statistics.mean(dsc)
        seconds += trail.times
    np.savez(out, seconds=seconds, steps=len(trail.times) - 1, **found)


def _vector(model):
    return np.concatenate([w.ravel() for w in model.get_weights()])


def _trail(keras):
    class _Trail(keras.callbacks.Callback):
        def __init__(self):
            super().__init__()
            self.weights, self.times = [], [time.perf_counter()]

        def on_train_batch_end(self, batch, logs=None):
            float(logs["loss"])  # a framework may still be computing: wait for it
            self.times.append(time.perf_counter())
            if len(self.times) - 1 in AFTER:
                self.weights.append(_vector(self.model))

    return _Trail()


def _in_its_own_process(framework, name, out):
    command = [sys.executable, __file__, "one", name, str(out)]
    subprocess.run(command, check=True, env=os.environ | {"KERAS_BACKEND": framework})
    with np.load(out) as stored:
        return dict(stored)


def _version(framework):
    """TensorFlow's package may be called tensorflow-cpu."""
    return importlib.metadata.version(importlib.metadata.packages_distributions()[framework][0])


def _distance(found, framework, weights, place):
    """Relative L2 distance to a framework's first control run after the same step."""
    first = found[framework]["control_0"][place]
    return float(np.linalg.norm(first - weights) / np.linalg.norm(first))


def _digest(weights):
    return hashlib.sha256(weights.tobytes()).hexdigest()


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent))
    one(*sys.argv[2:]) if sys.argv[1:2] == ["one"] else main(*sys.argv[1:])
