"""A training watched: its clock, digests of its weights, and whether its loss is a number."""

import time

import numpy as np

from helpers.learning.quiet_keras import keras
from helpers.learning.weights import digest


class Clock(keras.callbacks.Callback):
    """The time after each step, s; stops the training after ``most`` of them, if that is given."""

    def __init__(self, most=None):
        """Start with none."""
        super().__init__()
        self.times, self._most = [], most

    def on_train_batch_end(self, batch, logs=None):
        """Look at the clock, once a framework that still computes has finished the step."""
        float(logs["loss"])
        self.times.append(time.perf_counter())
        if len(self.times) == self._most:
            self.model.stop_training = True


class Looks(keras.callbacks.Callback):
    """What a function (model) → dict says after every so many epochs; it decides nothing."""

    def __init__(self, every, function):
        """Look after each ``every``-th epoch; never where it is 0."""
        super().__init__()
        self._every, self._function, self.seen = every, function, []

    def on_epoch_end(self, epoch, logs=None):
        """Keep what the function says of the epochs that are looked at."""
        if self._every and (epoch + 1) % self._every == 0:
            self.seen.append(self._function(self.model))


class Watch(keras.callbacks.Callback):
    """Weight digests after the first ``first`` steps and each epoch; stops at a loss of NaN."""

    def __init__(self, first):
        """Watch the first so many steps."""
        super().__init__()
        self.first, self.steps, self.epochs = first, [], []
        self.losses, self.lost_in = [], None

    def on_train_batch_end(self, batch, logs=None):
        """Keep the digest of an early step."""
        if len(self.steps) < self.first:
            self.steps.append(digest(self.model.get_weights()))

    def on_epoch_end(self, epoch, logs=None):
        """Keep the digest of an epoch, and stop when its loss is no number."""
        self.epochs.append(digest(self.model.get_weights()))
        self.losses.append(float(logs["loss"]))
        if not np.isfinite(self.losses[-1]):
            self.lost_in, self.model.stop_training = epoch + 1, True
