"""Runs with the same seeds, watched step by step: do they part, and where?"""

import itertools

import numpy as np

from helpers.learning import cell, determinism
from helpers.learning.framework import keras


def same_seeds(protocol, arm, cohort, runs=5, steps=10):
    """Train ``runs`` times for ``steps`` steps in this process and compare all weights.

    returns : list of dicts run, arm, step (1 …), sha256 and distance, the relative L2 distance
              of all weights to those of run 0 after the same step
    """
    determinism.apply(determinism.switches(arm, protocol))
    histories = [_weights_by_step(protocol, arm, run, cohort, steps) for run in range(runs)]
    return [
        {
            "arm": arm.name,
            "run": run,
            "step": step + 1,
            "sha256": determinism.digest([histories[run][step]]),
            "distance": _distance(histories[0][step], histories[run][step]),
        }
        for run, step in itertools.product(range(runs), range(steps))
    ]


class Trail(keras.callbacks.Callback):
    """All weights after each step as one vector, and a stop after ``steps`` of them."""

    def __init__(self, steps):
        """Follow so many steps."""
        super().__init__()
        self.steps, self.weights = steps, []

    def on_train_batch_end(self, batch, logs=None):
        """Keep a copy of the weights."""
        if len(self.weights) < self.steps:
            self.weights.append(np.concatenate([w.ravel() for w in self.model.get_weights()]))


def _weights_by_step(protocol, arm, run, cohort, steps):
    trail = Trail(steps)
    cell.fit(protocol, arm, run, 0, cohort, [trail])
    return trail.weights


def _distance(one, other):
    return float(np.linalg.norm(one - other) / np.linalg.norm(one))
