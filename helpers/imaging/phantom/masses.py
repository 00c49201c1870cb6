"""Further masses of a phantom patient: where they lie, and enhancement curves of all types.

The first lesion of a phantom is typical of its kind. Real ones are not: Kuhl et al., Radiology
1999;211:101-110, found persistent, plateau and wash-out curves in benign and in malignant lesions,
in the shares below.
"""

import numpy as np

from helpers.imaging.phantom import anatomy
from helpers.imaging.phantom.anatomy import Lesion, Tissue

MALIGNANT_SHARE = 0.4
SCATTER = 0.15  # SD of the logarithm of Ktrans, ve and vp
TRIES = 200  # to find a place apart from the other masses
APART = 1.6  # least distance of two centres, in sums of radii

# Share of curves of type I (persistent), II (plateau) and III (wash-out): Kuhl 1999.
SHARES = {
    Tissue.LESION_MALIGNANT: (0.089, 0.336, 0.574),
    Tissue.LESION_BENIGN: (0.830, 0.115, 0.055),
}
# Ktrans in 1/min, ve, vp that give such a curve from 1.5 to 7.5 min, chosen here.
TYPES = ((0.06, 0.80, 0.010), (0.17, 0.50, 0.030), (0.45, 0.40, 0.060))


def draw_masses(rng, body, count):
    """``count`` (int) further `Lesion` of a `Body`, drawn from ``rng`` (numpy Generator): tuple.

    Fewer where there is no place for them beside the others.
    """
    found = [body.lesion]
    for _ in range(count):
        found += _placed(rng, body, found)
    return tuple(found[1:])


def drawn(number, protocol):
    """All `Lesion` of a patient (int) of the protocol's cohort, the first one first: tuple.

    Whether one has a voxel is another question: its place may be outside the breast.
    """
    draw, _, more = np.random.default_rng([protocol.phantom_seed, number]).spawn(3)
    body = anatomy.draw_body(draw)
    return body.lesion, *draw_masses(more, body, protocol.phantom_masses)


def labels(lesion, affine, lesions):
    """Which of a patient's lesions each voxel belongs to: (x, y, z) uint8, 0 none, 1 the first.

    lesion : (x, y, z) bool, all lesions together; affine (4, 4), voxel → RAS+ mm
    """
    found = np.zeros(lesion.shape, np.uint8)
    places = np.argwhere(lesion) @ affine[:3, :3].T + affine[:3, 3]
    away = [np.linalg.norm(places - one.centre, axis=1) / one.radius for one in lesions]
    found[lesion] = 1 + np.argmin(away, axis=0)
    return found


def _placed(rng, body, others):
    """A list of one `Lesion` apart from the others, or of none."""
    kind = rng.random() < MALIGNANT_SHARE
    kind = Tissue.LESION_MALIGNANT if kind else Tissue.LESION_BENIGN
    radius = rng.uniform(5, 11)
    curve = TYPES[rng.choice(3, p=np.array(SHARES[kind]) / sum(SHARES[kind]))]
    kinetics = tuple(np.array(curve) * np.exp(rng.normal(0, SCATTER, 3)))
    ragged = rng.uniform(0.1, 0.45) if kind is Tissue.LESION_MALIGNANT else rng.uniform(0, 0.25)
    for _ in range(TRIES):
        centre = _centre(rng, body.breasts[rng.integers(2)])
        mass = Lesion(centre, radius, kind, ragged, kinetics)
        if all(_are_apart(mass, other) for other in others):
            return [mass]
    return []


def _centre(rng, breast):
    along = rng.uniform(0.05, 0.75)
    narrower = 0.7 * np.sqrt(1 - along**2)
    return (
        breast.x + breast.lean * along + rng.uniform(-1, 1) * narrower * breast.width,
        breast.base + along * breast.length,
        breast.z + rng.uniform(-0.8, 0.8) * narrower * min(breast.up, breast.down),
    )


def _are_apart(one, other):
    distance = np.linalg.norm(np.subtract(one.centre, other.centre))
    return distance > APART * (one.radius + other.radius)
