"""Runs with the same seeds, watched step by step: do they part, and where?"""

import itertools
import statistics

import numpy as np

from helpers.learning import cell, switches, weights
from helpers.learning.quiet_keras import keras

JUDGED_EVERY = 5  # steps between two looks at the held-out patients


def same_seeds(protocol, arm, cohort, runs=5, steps=10, held_out=()):
    """Train ``runs`` times for ``steps`` steps in this process and compare all weights.

    cohort   : list of Prepared to train on; held_out : list of Prepared to judge
    returns  : list of dicts run, arm, step (1 …), sha256, distance, the relative L2 distance of
               all weights to those of run 0 after the same step, and dsc_percent, the mean DSC
               of ``held_out`` in %, each ``JUDGED_EVERY`` steps, None between and without any
    """
    switches.apply(switches.wanted(arm.behaviour.fixed, protocol))
    trails = [_trail(protocol, arm, run, cohort, steps, held_out) for run in range(runs)]
    return [
        {
            "arm": arm.name,
            "run": run,
            "step": step + 1,
            "sha256": weights.digest([trails[run].weights[step]]),
            "distance": _distance(trails[0].weights[step], trails[run].weights[step]),
            "dsc_percent": trails[run].dsc.get(step + 1),
        }
        for run, step in itertools.product(range(runs), range(steps))
    ]


class Trail(keras.callbacks.Callback):
    """All weights after each step as one vector, and the DSC now and then, for some steps.

    After them the training ends, with the epoch at the latest.
    """

    def __init__(self, steps, judge=None):
        """Follow so many steps; judge : function model → DSC in %, or None."""
        super().__init__()
        self.steps, self.weights, self.judge, self.dsc = steps, [], judge, {}

    def on_train_batch_end(self, batch, logs=None):
        """Keep a copy of the weights."""
        if len(self.weights) < self.steps:
            self.weights.append(np.concatenate([w.ravel() for w in self.model.get_weights()]))
            if self.judge and len(self.weights) % JUDGED_EVERY == 0:
                self.dsc[len(self.weights)] = self.judge(self.model)
        self.model.stop_training = len(self.weights) == self.steps


def _trail(protocol, arm, run, cohort, steps, held_out):
    def _judge(model):
        return statistics.mean(cell.evaluate(model, patient, protocol) for patient in held_out)

    trail = Trail(steps, _judge if held_out else None)
    cell.fit(protocol, arm, run, 0, cohort, [trail])
    return trail


def _distance(one, other):
    return float(np.linalg.norm(one - other) / np.linalg.norm(one))
