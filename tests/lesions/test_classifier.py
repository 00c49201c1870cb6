import numpy as np
import pytest

from helpers.errors import InputError
from helpers.lesions import classifier
from helpers.statistics import roc


def dealt(patients=40, each=6, seed=0):
    """Candidates whose first feature tells a lesion and whose second tells malignant."""
    rng = np.random.default_rng(seed)
    kinds = rng.choice(classifier.KINDS, patients * each)
    features = rng.normal(size=(len(kinds), 6))
    features[:, 0] += 2.0 * (kinds != "nothing")
    features[:, 1] += 1.5 * (kinds == "malignant")
    return features, kinds, np.repeat(np.arange(patients), each)


def test_probabilities_add_up_tell_the_kinds_apart_and_are_calibrated():
    model = classifier.fit(*dealt(150))
    features, kinds, _ = dealt(300, seed=1)
    found = classifier.probabilities(model, features)
    np.testing.assert_allclose(found.sum(1), 1)
    assert roc.auc(1 - found[:, 0], kinds != "nothing") > 0.9
    told = roc.calibration(found[:, 2], kinds == "malignant")
    assert told["said"] == pytest.approx(told["seen"], abs=0.05)
    assert told["slope"] == pytest.approx(1, abs=0.2)


def test_noise_is_held_back_more_than_a_signal():
    features, kinds, patients = dealt()
    noise = np.random.default_rng(3).normal(size=(len(kinds), 60))
    strengths = [classifier.fit(given, kinds, patients)[-1].C for given in (noise, features)]
    assert strengths[0] < strengths[1]


def test_a_patients_candidates_are_never_on_both_sides_of_an_inner_fold():
    """Each patient has a mark of its own: only a leak could learn it."""
    rng = np.random.default_rng(4)
    patients = np.repeat(np.arange(30), 6)
    kinds = np.repeat(rng.choice(classifier.KINDS, 30), 6)
    marks = np.eye(30)[patients] * 10
    chosen = classifier.fit(marks, kinds, patients)[-1].C
    assert chosen == min(classifier.HELD_BACK)


def test_a_kind_that_was_never_seen_has_no_probability():
    features, kinds, patients = dealt()
    known = kinds != "benign"
    model = classifier.fit(features[known], kinds[known], patients[known])
    found = classifier.probabilities(model, features)
    assert (found[:, 1] == 0).all()
    assert classifier.probabilities(model, features[:0]).shape == (0, 3)


def test_patients_of_one_kind_each_leave_nothing_to_choose_by_and_a_classifier_all_the_same():
    """Two patients: whoever is left out, the other teaches one kind alone."""
    features, kinds, patients = dealt(2)
    kinds = np.where(patients == 0, "benign", "nothing")
    model = classifier.fit(features, kinds, patients)
    assert min(classifier.HELD_BACK) == model[-1].C
    assert classifier.probabilities(model, features).sum(1) == pytest.approx(1)


def test_a_fold_that_teaches_one_kind_alone_does_not_hide_what_the_others_tell():
    """All that is malignant is one patient's: his fold chooses nothing, the others do."""
    rng = np.random.default_rng(2)
    patients = np.repeat(np.arange(5), 8)
    kinds = np.where(patients == 4, "malignant", "benign")
    features = rng.normal(size=(40, 3)) + 8 * (patients == 4)[:, None]
    assert len(classifier._folds(kinds, patients)) == 4
    assert min(classifier.HELD_BACK) < classifier.fit(features, kinds, patients)[-1].C


def test_one_kind_or_one_patient_is_refused():
    features, kinds, patients = dealt()
    with pytest.raises(InputError, match="two kinds"):
        classifier.fit(features, np.repeat("benign", len(kinds)), patients)
    with pytest.raises(InputError, match="two patients"):
        classifier.fit(features, kinds, np.zeros(len(kinds)))
