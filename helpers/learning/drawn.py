"""A cell whose drawn masks are wanted too: trained as every other, and then drawn once more.

Keeping a mask only looks at a result. So the code that decides results knows nothing of it, and a
study has the same fingerprint with masks and without.
"""

from helpers.learning import cell, measures
from helpers.learning.quiet_keras import keras


def train(protocol, arm, repetition, fold, cohort, build=None):
    """The record of a cell, and what its network draws of each held-out patient.

    Arguments and errors are those of ``cell.train``. The measures are of the masks that are handed
    out: should a device draw unlike itself, record and masks still belong together.
    returns : (dict, list of held-out Prepared, as many (slice, row, column) bool arrays)
    """
    watching = keras.callbacks.Callback()  # it does nothing, and holds the network
    record = cell.train(protocol, arm, repetition, fold, cohort, [watching], build)
    held_out = cell.split(cohort, protocol, fold)[1]
    masks = [cell.segment(watching.model, patient, protocol) for patient in held_out]
    return record | measures.of(held_out, masks, protocol), held_out, masks
