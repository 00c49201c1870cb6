"""Is a candidate a lesion, and is it malignant? Logistic regression, chosen within its patients.

The one number to choose, how much the regression is held back, is chosen by patient-based
cross-validation among the patients that are trained on, by the likelihood of what each candidate
is: held-out patients decide nothing. How true the probabilities are that come of it is measured
(``statistics.roc.calibration``), and they are not bent afterwards.
"""

import numpy as np

from helpers.errors import InputError

KINDS = ("nothing", "benign", "malignant")
HELD_BACK = (0.003, 0.03, 0.3)  # inverse strengths C that are tried
INNER_FOLDS = 5


def fit(features, kinds, patients):
    """A scikit-learn classifier of candidates, its strength chosen by folds of whole patients.

    Folds that leave one kind alone to learn from choose nothing; where none is left, the
    regression is held back most.
    features : (candidate, feature); kinds : (candidate,) of ``KINDS``; patients : (candidate,)
    raises   : InputError when the candidates are of one kind alone, or of too few patients
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GridSearchCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    _check(kinds, patients)
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000))
    grid, folds = {"logisticregression__C": HELD_BACK}, _folds(kinds, patients)
    if not folds:
        return model.set_params(logisticregression__C=min(HELD_BACK)).fit(features, kinds)
    search = GridSearchCV(model, grid, scoring=_log_likelihood, cv=folds)
    return search.fit(features, kinds).best_estimator_


def probabilities(model, features):
    """The probability of each of ``KINDS``, (candidate, 3); 0 of one that was never trained on."""
    found = np.zeros((len(features), len(KINDS)))
    if len(features):
        found[:, [KINDS.index(kind) for kind in model.classes_]] = model.predict_proba(features)
    return found


def _folds(kinds, patients):
    """Places to learn from and to judge, by folds of whole patients: list of pairs of arrays."""
    from sklearn.model_selection import GroupKFold

    folds = GroupKFold(min(INNER_FOLDS, len(set(patients))))
    pairs = folds.split(kinds, groups=patients)
    return [(others, own) for others, own in pairs if len(set(np.asarray(kinds)[others])) > 1]


def _log_likelihood(model, features, kinds):
    """Mean logarithm of the probability of what each candidate is."""
    found = probabilities(model, features)
    right = found[np.arange(len(kinds)), [KINDS.index(kind) for kind in kinds]]
    return float(np.log(np.clip(right, 1e-6, 1)).mean())


def _check(kinds, patients):
    if len(set(kinds)) < 2 or len(set(patients)) < 2:
        raise InputError(
            "A classifier needs candidates of two kinds and of two patients: give it more patients."
        )
