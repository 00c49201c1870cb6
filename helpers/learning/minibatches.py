"""Mini-batches: in which order the slices of an epoch come, and how they are gathered."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from helpers.errors import InputError
from helpers.imaging import kept_arrays

HELD = 2**28  # bytes of slices that the compiled loop keeps in the device's memory
_LOOKED_AT = 2**26  # bytes of slices copied before the pages of their files are given back


def orders(protocol, reorder, rng):
    """A function n → the order of the next epoch's slices among n, drawn by ``rng``.

    reorder : whether the samples inside each mini-batch are shuffled by an unseeded generator:
              the same gradient, summed in another order
    raises  : InputError when the protocol drops a partial last mini-batch, and none is full
    """
    batch, unseeded = protocol.batch, np.random.default_rng()

    def _next(n):
        order = rng.permutation(n)
        if protocol.last_batch == "dropped":
            order = order[: _full(n, batch)]
        parts = [order[i : i + batch] for i in range(0, len(order), batch)]
        return np.concatenate([unseeded.permutation(p) if reorder else p for p in parts])

    return _next


def _full(n, batch):
    """How many of n slices fill mini-batches."""
    if n < batch:
        raise InputError(f"{n} slices do not fill a mini-batch of {batch}: use a smaller one.")
    return n // batch * batch


def numbers(prepared, step):
    """The numbers of a patient's labelled slices, every ``step``-th of them: (n,) int."""
    return np.flatnonzero(prepared.labelled)[::step]


class Slices:
    """The labelled slices of some patients that are trained on, where they lie.

    They are copied as they are needed.

    ``len`` is their number, ``shapes`` the shapes of an image and a mask, ``nbytes`` what all
    would be in float32.
    """

    def __init__(self, patients, step=1):
        """Look at every ``step``-th labelled slice of a list of Prepared; nothing is copied."""
        self._pairs = [(p.images, p.masks) for p in patients]
        self._places = [(n, z) for n, p in enumerate(patients) for z in numbers(p, step)]
        self.shapes = tuple(array.shape[1:] for array in self._pairs[0])
        self._copied = 0

    def __len__(self):
        """How many there are."""
        return len(self._places)

    @property
    def nbytes(self):
        """Bytes of all images and masks in float32."""
        return 4 * len(self) * sum(int(np.prod(shape)) for shape in self.shapes)

    @property
    def are_streamed(self):
        """Whether the compiled loop gathers them as it goes, since they are too many to hold."""
        return self.nbytes > HELD

    def gather(self, order):
        """(images, masks) of some slices in an order, new float32 arrays.

        order : (n,) int
        """
        images, masks = (np.empty((len(order), *shape), "float32") for shape in self.shapes)
        for row, number in enumerate(order):
            patient, z = self._places[number]
            images[row], masks[row] = (array[z] for array in self._pairs[patient])
        self._let_go(images.nbytes)
        return images, masks

    def _let_go(self, copied):
        self._copied += copied
        if self._copied > _LOOKED_AT:
            self._copied = 0
            kept_arrays.let_go(*(array for pair in self._pairs for array in pair))


def ahead(function, arguments):
    """Yield what a function returns for each argument, the next one at work in a thread meanwhile.

    function : of one argument; arguments : iterable
    """
    with ThreadPoolExecutor(1) as thread:
        coming = (thread.submit(function, argument) for argument in arguments)
        now = next(coming, None)
        while now is not None:
            later = next(coming, None)
            yield now.result()
            now = later
