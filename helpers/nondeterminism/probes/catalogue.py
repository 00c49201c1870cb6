"""All probes, in the shapes of a protocol."""

from helpers.nondeterminism.probes import layers, network, sums


def probes(protocol, large=sums.LARGE, numbers=10**7):
    """Every probe, as a list.

    protocol : Protocol, whose network and mini-batch give the shapes
    large    : float32 numbers in each term of the largest sum
    numbers  : float32 numbers that are reduced to one
    """
    p = protocol
    return [
        *layers.convolutions(p),
        *layers.transposed_convolutions(p),
        *layers.poolings(p),
        *layers.batch_norms(p),
        *layers.samplers(p),
        *layers.losses(p),
        *sums.terms(p, large),
        *sums.reductions(p, numbers),
        *sums.collisions(p),
        *network.gradients(p),
        *network.steps(p),
    ]
