"""Further masses of a phantom: drawn apart, with the curves that Kuhl found."""

from dataclasses import replace

import numpy as np
import pytest

from helpers.imaging.phantom import anatomy, masses
from helpers.imaging.phantom.anatomy import Tissue
from helpers.imaging.phantom.patient import make_patient
from helpers.protocol import LESIONS

SMALL = replace(LESIONS, phantom_matrix=96, phantom_slices=20)


def test_a_phantom_without_further_masses_is_the_one_it_always_was():
    """The first lesion, the anatomy and the noise do not know of the others."""
    plain = make_patient(2, replace(SMALL, phantom_masses=0))
    more = make_patient(2, SMALL)
    np.testing.assert_array_equal(plain.breast, more.breast)
    np.testing.assert_array_equal(plain.lesion == 1, more.lesion == 1)
    elsewhere = (more.lesion <= 1) & (np.abs(plain.data - more.data).max(3) > 0)
    assert elsewhere.mean() < 0.01  # the blur and the ghost of the masses


def test_the_same_seed_draws_the_same_masses_and_another_seed_others():
    assert masses.drawn(3, SMALL) == masses.drawn(3, SMALL)
    assert masses.drawn(3, SMALL) != masses.drawn(3, replace(SMALL, phantom_seed=7))
    assert masses.drawn(3, SMALL) != masses.drawn(4, SMALL)


def test_labels_from_the_drawn_centres_are_those_that_were_painted():
    for number in (0, 1, 5):
        made = make_patient(number, SMALL)
        found = masses.labels(made.lesion > 0, made.affine, masses.drawn(number, SMALL))
        np.testing.assert_array_equal(found, made.lesion)


def test_masses_lie_apart():
    for number in range(12):
        found = masses.drawn(number, SMALL)
        for i, one in enumerate(found):
            for other in found[:i]:
                distance = np.linalg.norm(np.subtract(one.centre, other.centre))
                assert distance > masses.APART * (one.radius + other.radius)


def test_curve_types_have_kuhls_shares():
    """Of many masses of one body, whose type is told by the nearest Ktrans."""
    rng = np.random.default_rng(0)
    body = anatomy.draw_body(np.random.default_rng(1))
    kinds = {Tissue.LESION_MALIGNANT: np.zeros(3), Tissue.LESION_BENIGN: np.zeros(3)}
    known = np.log([one[0] for one in masses.TYPES])
    for _ in range(1500):
        for mass in masses.draw_masses(rng, body, 1):
            kinds[mass.kind][np.abs(known - np.log(mass.kinetics[0])).argmin()] += 1
    for kind, counts in kinds.items():
        assert counts / counts.sum() == pytest.approx(masses.SHARES[kind], abs=0.06)
    malignant = kinds[Tissue.LESION_MALIGNANT].sum()
    assert malignant / 1500 == pytest.approx(masses.MALIGNANT_SHARE, abs=0.04)


def test_a_mass_has_the_signal_of_its_own_kinetics():
    made = make_patient(1, SMALL)
    number = int(np.argmax([(made.lesion == n).sum() for n in range(2, 5)])) + 2
    inside = made.lesion == number
    assert inside.sum() >= 20
    seen = made.data[inside].mean(0)
    known = made.curve(number)
    np.testing.assert_allclose(seen / seen[0], known / known[0], rtol=0.15)
