"""The area under the ROC curve, its interval where lesions share patients, and calibration."""

import numpy as np
from scipy import stats

DRAWS = 2000
LEVEL = 0.95


def auc(scores, positive):
    """Area under the ROC curve, ties counted half: P(positive scores higher). NaN of one class.

    scores, positive : (n,) float and bool (Hanley and McNeil, Radiology 1982;143:29)
    """
    scores, positive = np.asarray(scores, float), np.asarray(positive, bool)
    yes, no = positive.sum(), (~positive).sum()
    if not yes or not no:
        return float("nan")
    above = stats.rankdata(scores)[positive].sum() - yes * (yes + 1) / 2
    return float(above / (yes * no))


def delong(scores, positive):
    """AUC with its 95 % interval for independent cases: (auc, low, high), bounds from 0 to 1.

    DeLong et al., Biometrics 1988;44:837. Lesions of one patient are not independent:
    `by_patients`.
    """
    scores, positive = np.asarray(scores, float), np.asarray(positive, bool)
    above = scores[positive][:, None] - scores[~positive]
    wins = (above > 0) + 0.5 * (above == 0)
    if min(wins.shape) < 2:
        return auc(scores, positive), float("nan"), float("nan")
    parts = [wins.mean(axis).var(ddof=1) / wins.shape[1 - axis] for axis in (0, 1)]
    half = stats.norm.ppf(0.5 + LEVEL / 2) * np.sqrt(sum(parts))
    return float(wins.mean()), *map(float, np.clip(wins.mean() + (-half, half), 0, 1))


def by_patients(statistic, patients, rng, draws=DRAWS):
    """95 % percentile interval of a statistic over patients drawn with replacement: (low, high).

    statistic : function (indices of cases) → float; patients : (n,) whose each case is
    rng       : numpy Generator. Draws whose statistic is NaN are left out; NaN where all are
    """
    codes, places = np.unique(patients, return_inverse=True)
    order = np.argsort(places, kind="stable")
    own = np.split(order, np.cumsum(np.bincount(places))[:-1])
    drawn = rng.integers(len(codes), size=(draws, len(codes)))
    found = np.array([statistic(np.concatenate([own[p] for p in row])) for row in drawn])
    found = found[np.isfinite(found)]
    if not found.size:
        return float("nan"), float("nan")
    low, high = np.quantile(found, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def calibration(probabilities, positive):
    """How true probabilities are: dict of Brier score, mean said, share seen, and the slope.

    slope : of a logistic regression on the logit; 1 is right, below 1 is too sure (Cox, Biometrika
            1958;45:562). NaN where one probability or one outcome is all there is, and where the
            two outcomes do not overlap
    """
    p, seen = np.asarray(probabilities, float), np.asarray(positive, bool)
    logit = np.log(np.clip(p, 1e-6, 1 - 1e-6) / np.clip(1 - p, 1e-6, 1))
    return {
        "brier": float(np.mean((p - seen) ** 2)),
        "said": float(p.mean()),
        "seen": float(seen.mean()),
        "slope": _slope(logit, seen),
    }


def slope_interval(probabilities, positive, patients, rng, draws=500):
    """95 % interval over patients of the slope of `calibration`: (low, high); see `by_patients`.

    patients : (n,) whose each case is; rng : a generator or a seed
    """
    p, seen = np.asarray(probabilities, float), np.asarray(positive, bool)
    rng = np.random.default_rng(rng)
    return by_patients(lambda n: calibration(p[n], seen[n])["slope"], patients, rng, draws)


def _slope(logit, seen):
    import statsmodels.api as sm

    if not 0 < seen.sum() < seen.size or not np.ptp(logit) or auc(logit, seen) in (0, 1):
        return float("nan")
    return float(sm.Logit(seen.astype(float), sm.add_constant(logit)).fit(disp=0).params[1])
