"""Weights of a network: drawn first, flipped by one bit, told apart by their digest."""

import hashlib

import numpy as np


def first_weights(constants, rng):
    """Every weight of two or more axes drawn anew, He's uniform; the others as ``constants``.

    constants : list of arrays in the order of ``model.weights``, the values after building
    rng       : numpy.random.Generator, so that the same numbers come on any framework
    returns   : list of arrays in the same order
    Source    : He 2015, limit √(6 / fan in), fan in the product of all axes but the last
    """
    return [
        _he_uniform(value.shape, rng) if value.ndim > 1 and value.dtype == np.float32 else value
        for value in constants
    ]


def flip_lowest_bit(weights, rng):
    """A copy of a list of float32 arrays with one mantissa bit flipped.

    The weight is drawn by ``rng`` among the non-zero ones of arrays with two or more axes
    (kernels). Source: Summers & Dinneen 2021, who change one weight by the least amount.
    """
    weights = [w.copy() for w in weights]
    kernels = [w for w in weights if w.ndim > 1]
    sizes = np.array([np.count_nonzero(k) for k in kernels])
    kernel = kernels[rng.choice(len(kernels), p=sizes / sizes.sum())]
    place = rng.choice(np.flatnonzero(kernel))
    kernel.reshape(-1).view("uint32")[place] ^= 1
    return weights


def digest(arrays):
    """SHA-256 over the bytes of a list of arrays, their types and shapes included."""
    total = hashlib.sha256()
    for array in arrays:
        array = np.ascontiguousarray(array)
        total.update(f"{array.dtype.str}{array.shape}".encode())
        total.update(array.data)
    return total.hexdigest()


def _he_uniform(shape, rng):
    limit = np.sqrt(6 / np.prod(shape[:-1]))
    return rng.uniform(-limit, limit, shape).astype("float32")
