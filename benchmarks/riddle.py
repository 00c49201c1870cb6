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

from helpers.nondeterminism.riddle import CHANGES, add_products, measure  # noqa: E402


def train_unet(batch=32, norm="stock", static=True, shape=(64, 64, 2)):
    """A call that trains a U-Net by one mini-batch; not static: by a partial one too."""
    from helpers.learning import unet, weights
    from helpers.learning.loss import dice_loss

    rng = np.random.default_rng(0)
    x = rng.normal(size=(batch + (not static), *shape))
    model = unet.build(shape, 4, 16, norm)
    model.set_weights(weights.first_weights(model.get_weights(), rng))
    model.compile("adam", dice_loss, jit_compile=False)
    model.optimizer.build(model.trainable_variables)
    state = [(v, v.numpy().copy()) for v in [*model.weights, *model.optimizer.variables]]

    def step():
        for variable, value in state:
            variable.assign(value)
        model.fit(x, (x[..., :1] > 0) * 1.0, batch_size=batch, shuffle=False, verbose=0)
        return b"".join(v.numpy().tobytes() for v in model.weights)

    return step


SUMS = [{}, {"kept": 190}, {"terms": 2}, {"static": False}]
PERSONS = {"batch": 56, "shape": (48, 48, 1)}  # hippocampus_wide
NETS = [{}, {"batch": 24}, {"norm": "fused"}, {"static": False}]
NETS += [PERSONS, PERSONS | {"static": False}]
PLAIN = [(add_products, a, 200) for a in SUMS] + [(train_unet, a, 8) for a in NETS]

if __name__ == "__main__":
    print(f"{'function':14}{'changed':24}{'sums taken apart':18}different results")
    for change in CHANGES:
        rows = PLAIN if change == "nothing" else PLAIN[:5:4]
        with ProcessPoolExecutor(1, get_context("spawn")) as process:  # a switch needs a fresh one
            for row in rows:
                apart, different = process.submit(measure, change, *row).result()
                what = ", ".join(f"{k}={v}" for k, v in row[1].items()) or change
                print(f"{row[0].__name__:14}{what:24}{apart:<18}{different} of {row[2]}")
