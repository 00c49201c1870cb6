"""Mini-batches: in which order the slices of an epoch come."""

import numpy as np


def orders(batch, reorder, rng):
    """A function n → the order of n slices in the next epoch, drawn by ``rng``.

    batch   : slices in a mini-batch
    reorder : whether the samples inside each mini-batch are shuffled by an unseeded generator:
              the same gradient, summed in another order
    """
    unseeded = np.random.default_rng()

    def _next(n):
        order = rng.permutation(n)
        parts = [order[i : i + batch] for i in range(0, n, batch)]
        return np.concatenate([unseeded.permutation(p) if reorder else p for p in parts])

    return _next
