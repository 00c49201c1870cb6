"""What is learned from the other patients: the threshold of detection, and the classifier.

Both are learned under masks that were drawn by hand, once for each fold. So from one repetition to
the next only the network's mask differs.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.lesions import candidate_features, candidates, classifier

THRESHOLDS = (0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.4)  # of mean relative enhancement
MOST_FALSE = 4.0  # candidates a patient that are no lesion


@dataclass(frozen=True)
class Learned:
    """A threshold of mean relative enhancement, and a classifier of candidates."""

    threshold: float
    model: object


def examples(case, maps, thresholds=THRESHOLDS):
    """Every candidate of a `Case` under its hand-drawn mask: a frame of one row each.

    Columns: patient, threshold, lesion (its number, 0 none), kind, and the features. A threshold
    without a candidate has one row whose kind is "".
    """
    rows = []
    for threshold in thresholds:
        found = candidates.find(maps.dynamic.mean, case.breast, maps.volume.affine, threshold)
        features = candidate_features.table(found, maps)
        numbers = [candidates.lesion_of(one, case.lesions) for one in found]
        about = {"patient": case.patient, "threshold": threshold}
        rows += [
            about
            | {"lesion": n, "kind": case.kinds.get(n, "nothing")}
            | dict(zip(candidate_features.NAMES, values, strict=True))
            for n, values in zip(numbers, features, strict=True)
        ] or [about | {"lesion": 0, "kind": ""}]
    return pd.DataFrame(rows)


def by_threshold(found):
    """Lesions that are hit and false candidates, by threshold: a frame of hits, false, patients.

    found : `examples` of some patients, one frame
    """
    hits = found[found["lesion"] > 0].drop_duplicates(["patient", "threshold", "lesion"])
    table = pd.DataFrame(
        {
            "hits": hits.groupby("threshold").size(),
            "false": found[found["kind"] == "nothing"].groupby("threshold").size(),
            "patients": found.groupby("threshold")["patient"].nunique(),
        }
    )
    return table.fillna(0).astype(int)


def best_threshold(found, most_false=MOST_FALSE):
    """The threshold with most hits among those with few false candidates a patient.

    The highest of several; where none has so few, the one with fewest. Arguments as `by_threshold`
    """
    table = by_threshold(found)
    false = table["false"] / table["patients"]
    allowed = table[false <= max(most_false, false.min())]
    return float(allowed.index[allowed["hits"] == allowed["hits"].max()].max())


def learn(found):
    """What `examples` of some patients teach: `Learned`."""
    threshold = best_threshold(found)
    used = found[(found["threshold"] == threshold) & (found["kind"] != "")]
    features = used[list(candidate_features.NAMES)].to_numpy()
    model = classifier.fit(features, used["kind"].to_numpy(), used["patient"].to_numpy())
    return Learned(threshold, model)


def findings(mask, maps, learned):
    """The candidates of a patient under one mask, each with what the classifier says.

    mask    : (x, y, z) bool; returns (list of `Candidate`, (candidate, 3) probabilities of
              ``classifier.KINDS``)
    """
    volume = maps.volume
    found = candidates.find(maps.dynamic.mean, mask, volume.affine, learned.threshold)
    features = candidate_features.table(found, maps)
    return found, np.round(classifier.probabilities(learned.model, features), 6)
