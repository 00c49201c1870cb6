"""A training watched: digests of its weights, and whether its loss is still a number."""

import numpy as np

from helpers.learning.quiet_keras import keras
from helpers.learning.weights import digest


class Watch(keras.callbacks.Callback):
    """Weight digests after the first ``first`` steps and each epoch; stops at a loss of NaN."""

    def __init__(self, first):
        """Watch the first so many steps."""
        super().__init__()
        self.first, self.steps, self.epochs = first, [], []
        self.loss, self.lost_in = None, None

    def on_train_batch_end(self, batch, logs=None):
        """Keep the digest of an early step."""
        if len(self.steps) < self.first:
            self.steps.append(digest(self.model.get_weights()))

    def on_epoch_end(self, epoch, logs=None):
        """Keep the digest of an epoch, and stop when its loss is no number."""
        self.epochs.append(digest(self.model.get_weights()))
        self.loss = logs["loss"]
        if not np.isfinite(self.loss):
            self.lost_in, self.model.stop_training = epoch + 1, True
