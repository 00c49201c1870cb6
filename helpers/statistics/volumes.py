"""How far each patient's drawn volume scatters over the trainings of an arm: `VolumeNoise`."""

import numpy as np
import pandas as pd
from scipy import stats

from helpers.statistics.repeatability import LEVEL, TWO_RUNS, sample_sd, sd_factors
from helpers.statistics.runs import by_subject
from helpers.statistics.volume_noise import VolumeNoise

FEW = 5  # folds: below, the bootstrap has nothing to draw from
BATCH = 100  # resamples at once: of 10,000 patients they take megabytes, not gigabytes
ONE_SIDED = 2 * LEVEL - 1  # the upper end of this interval is the one-sided bound


def volume_noise(table, rng):
    """`VolumeNoise` of each arm of a checked table: dict by arm, empty where it has no volumes.

    table : one row a patient and cell with ``volume_ml``; a training counts where the volumes of
            all its patients are recorded, also in a repetition that lacks a fold; of a subject
            with several images it is their mean
    rng   : generator or seed of the bootstrap
    """
    if "volume_ml" not in table:
        return {}
    cells = [table[name] for name in ("arm", "repetition", "fold")]
    recorded = by_subject(table[table["volume_ml"].notna().groupby(cells).transform("all")])
    return {arm: _of_arm(arm, rows, rng) for arm, rows in recorded.groupby("arm", sort=False)}


def median_interval(sds, trainings, fold, rng, resamples=10_000):
    """The 95 % interval of the median of patients' SDs, a tuple, and its one-sided upper bound.

    sds, trainings, fold : (patients,) SD, of how many trainings it is, and fold of each patient
    rng                  : generator or seed

    The patients of a fold share one trained model, so folds are drawn. Two things make the
    percentile interval hold with few folds and few trainings, as simulated tables show: it is
    expanded to the t distribution's tails (Hesterberg, Am Stat 2015;69:371), and each SD is divided
    by the median of such SDs over a true one, sqrt(χ² / df), which is .83 at three trainings and
    .98 at twenty; so the plain median of few trainings is near the lower end, or below. Under five
    folds all are NaN.
    """
    fold = np.unique(fold, return_inverse=True)[1]
    folds, df = fold.max(initial=-1) + 1, np.asarray(trainings) - 1
    if folds < FEW:
        return (np.nan, np.nan), np.nan
    true = np.asarray(sds) / np.sqrt(stats.chi2.median(df) / df)
    medians = _drawn_medians(true, fold, np.random.default_rng(rng), resamples)
    levels = *_tails(folds, LEVEL), _tails(folds, ONE_SIDED)[1]
    low, high, upper = map(float, np.quantile(medians, levels, method="inverted_cdf"))
    return (low, high), upper


def _of_arm(arm, rows, rng):
    patients = _patients(rows.assign(result=_results(rows)))
    known = patients[patients["sd_percent"].notna()]
    ci, upper = (np.nan, np.nan), np.nan
    if (known["distinct"] == known["trainings"]).all() and known["fold"].notna().all():
        columns = [known[name] for name in ("sd_percent", "trainings", "fold")]
        ci, upper = median_interval(*columns, rng)
    sd = float(known["sd_percent"].median()) if len(known) else np.nan
    return VolumeNoise(arm, patients, sd, ci, TWO_RUNS * upper)


def _results(rows):
    """What tells trainings apart: the digest of the weights, or else the results themselves."""
    if "weights_sha256" in rows and rows["weights_sha256"].notna().all():
        return rows["weights_sha256"]
    rows = rows.sort_values("patient")
    texts = [rows[name].astype(str) for name in ("patient", "dsc_percent", "volume_ml")]
    lines = texts[0] + " " + texts[1] + " " + texts[2]
    return lines.groupby([rows["repetition"], rows["fold"]]).transform(lambda one: "\n".join(one))


def _patients(rows):
    patients = rows.groupby("patient")
    volumes = patients["volume_ml"]
    found = pd.DataFrame(
        {
            "fold": patients["fold"].first().where(patients["fold"].nunique() == 1),
            "trainings": volumes.size(),
            "distinct": patients["result"].nunique(),
            "empty": volumes.agg(lambda v: (v == 0).sum()),
            "mean_ml": volumes.mean(),
        }
    )
    sds = volumes.agg(lambda v: sample_sd(v.to_numpy()))
    found["sd_percent"] = (100 * sds / found["mean_ml"]).where(
        (found["mean_ml"] > 0) | sds.isna(), np.inf
    )
    return _bounded(found).sort_values("sd_percent", ascending=False, kind="stable")


def _bounded(found):
    """The frame with the χ² interval of each SD, and RC with its bound."""
    sound = found["distinct"] == found["trainings"]
    counts = found["trainings"].unique()
    factors = {n: (*sd_factors(n), sd_factors(n, ONE_SIDED)[1]) for n in counts}
    low, high, upper = np.transpose([factors[n] for n in found["trainings"]])
    sd = found["sd_percent"]
    return found.assign(
        sd_lower=(low * sd).where(sound),
        sd_upper=(high * sd).where(sound),
        rc_percent=TWO_RUNS * sd,
        rc_upper=(TWO_RUNS * upper * sd).where(sound),
    )


def _tails(folds, level):
    """Where a percentile interval of so many folds is to be cut: two probabilities."""
    t = stats.t.ppf([0.5 - level / 2, 0.5 + level / 2], folds - 1)
    return stats.norm.cdf(np.sqrt(folds / (folds - 1)) * t)


def _drawn_medians(sds, fold, rng, resamples):
    """The medians of ``sds`` in resamples of folds 0 … K − 1, at least so many, in batches."""
    order = np.argsort(sds)
    folds, fold = fold.max() + 1, fold[order]
    equal, size = np.full(folds, 1 / folds), min(resamples, BATCH)
    drawn = (rng.multinomial(folds, equal, size=size) for _ in range(-(-resamples // size)))
    return np.concatenate([_medians(sds[order], weights[:, fold]) for weights in drawn])


def _medians(ordered, weights):
    """The median of ``ordered`` (n,) values with each row of whole ``weights`` (resamples, n)."""
    sums = weights.cumsum(axis=1)
    half = sums[:, -1:] / 2
    return (ordered[(sums >= half).argmax(axis=1)] + ordered[(sums > half).argmax(axis=1)]) / 2
