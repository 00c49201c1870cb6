"""From findings to what is told: verdicts of lesions and patients, run by run and arm by arm.

A candidate is shown where a lesion is likelier than not, and called malignant where that is
likelier than benign. Both were fixed before anything was looked at.
"""

from dataclasses import asdict

import numpy as np
import pandas as pd

from helpers.statistics import free_response, roc
from helpers.statistics.agreement import agreement
from helpers.statistics.repeatability import sample_sd

SHOWN = 0.5  # least probability of being a lesion
WORDS = ("malignant", "benign", "not shown")
SEED = 0  # of the draws of patients, an interval's and nothing else's


def scored(findings):
    """The findings with score, the probability of a lesion, whether shown, and the call."""
    found = findings.assign(score=1 - findings["p_nothing"])
    called = np.where(found["p_malignant"] > found["p_benign"], *WORDS[:2])
    return found.assign(shown=found["score"] >= SHOWN, called=called)


def runs(masks):
    """The runs of a frame with arm and repetition, by arm: dict of arm → list of repetitions."""
    pairs = masks[["arm", "repetition"]].drop_duplicates().sort_values(["arm", "repetition"])
    return {arm: list(group) for arm, group in pairs.groupby("arm")["repetition"]}


def looked_at(masks):
    """The names of all patients in whose masks something could have been found, sorted: list."""
    return sorted(masks["patient"].unique())


def of_lesions(found, truth, masks):
    """What is said of each true lesion: (run, lesion) frame of ``WORDS``, runs as (arm, rep).

    found : `scored` findings; of several candidates of one lesion the likeliest lesion speaks
    masks : frame of the runs that there are, with or without findings
    """
    shown = found[found["shown"] & (found["lesion"] > 0)].sort_values("score", kind="stable")
    keys = ["arm", "repetition", "patient", "lesion"]
    last = shown.drop_duplicates(keys, keep="last")
    table = last.pivot(index=keys[:2], columns=keys[2:], values="called")
    return _filled(table, masks, truth[keys[2:]].apply(tuple, axis=1), WORDS[2])


def of_patients(found, masks):
    """What is said of each patient: malignant if anything shown is called so: (run, patient).

    found, masks : as `of_lesions`
    """
    told = found[found["shown"] & (found["called"] == WORDS[0])]
    keys = ["arm", "repetition", "patient"]
    once = told.drop_duplicates(keys)
    table = once.pivot(index=keys[:2], columns="patient", values="called")
    return _filled(table, masks, looked_at(masks), "not malignant")


def of_breasts(found, masks):
    """The same of each breast, the side of whose candidates is told by x: (run, breast)."""
    side = np.where(found["x"] > 0, " right", " left")
    both = [masks.assign(patient=masks["patient"] + one) for one in (" left", " right")]
    return of_patients(found.assign(patient=found["patient"] + side), pd.concat(both))


def of_run(run, truth, patients, rng=None):
    """Sensitivity, false candidates a patient and AUC of one run's `scored` findings: dict.

    AUC is of malignant against benign among all true lesions; one without a candidate has
    probability 0. patients : names of all who were looked at; rng : numpy Generator for intervals
    over patients; none when None
    """
    scores = malignancy(run, truth)
    malignant, owners = (truth["kind"] == WORDS[0]).to_numpy(), truth["patient"].to_numpy()
    found = free_response.point(run, truth, patients, SHOWN, rng)
    found["auc"] = roc.auc(scores, malignant)
    if rng is not None:
        found["auc_ci"] = roc.by_patients(lambda n: roc.auc(scores[n], malignant[n]), owners, rng)
    return found


def malignancy(run, truth):
    """The highest probability of malignancy of any candidate of each lesion, (lesion,); else 0."""
    best = run[run["lesion"] > 0].groupby(["patient", "lesion"])["p_malignant"].max()
    keys = pd.MultiIndex.from_frame(truth[["patient", "lesion"]])
    return best.reindex(keys).fillna(0).to_numpy()


def summarise(findings, truth, masks):
    """All that is said of a study's findings: dict of arm → dict of numbers.

    findings, truth, masks : frames of candidates, lesions and masks, as ``lesions.findings`` names
                             their columns
    Means and SDs are over runs; intervals of the first run are over patients; agreement is of
    lesions, breasts and patients, and dict or None. ``alike``: whether all of an arm's runs have
    the same candidates and masks as good, as trainings that repeat to the bit have.
    """
    found = scored(findings)
    lesions = of_lesions(found, truth, masks)
    patients, breasts = of_patients(found, masks), of_breasts(found, masks)
    names, summary = looked_at(masks), {}
    for arm, repetitions in runs(masks).items():
        own = found[found["arm"] == arm]
        each = [of_run(own[own["repetition"] == r], truth, names) for r in repetitions]
        rng = np.random.default_rng(SEED)
        first = of_run(own[own["repetition"] == repetitions[0]], truth, names, rng)
        summary[arm] = {
            "runs": len(repetitions),
            "dsc_percent": float(masks[masks["arm"] == arm]["dsc_percent"].mean()),
            "alike": all(_alike(rows[rows["arm"] == arm], repetitions) for rows in (found, masks)),
            "first": first,
            **{name: _spread([one[name] for one in each]) for name in each[0]},
            "shown": _agreed((lesions.loc[arm] != WORDS[2]).astype(str)),
            "lesions": _agreed(lesions.loc[arm]),
            "breasts": _agreed(breasts.loc[arm]),
            "patients": _agreed(patients.loc[arm]),
        }
    return summary


def _alike(rows, repetitions):
    """Whether each of an arm's repetitions has the rows of its first one, in any order."""
    each = [rows[rows["repetition"] == r].drop(columns="repetition") for r in repetitions]
    first, *others = (set(one.itertuples(index=False, name=None)) for one in each)
    return all(other == first for other in others)


def _spread(values):
    mean, sd = float(np.mean(values)), sample_sd(values)
    return {"mean": mean, "sd": float(sd), "least": min(values), "most": max(values)}


def _agreed(said):
    found = agreement(said.to_numpy())
    return asdict(found) if found else None


def _filled(table, masks, subjects, missing):
    """A table with every run and every subject, those without a word called ``missing``."""
    every = [(arm, r) for arm, numbers in runs(masks).items() for r in numbers]
    rows = pd.MultiIndex.from_tuples(every, names=["arm", "repetition"])
    subjects = list(subjects)
    many = bool(subjects) and isinstance(subjects[0], tuple)
    columns = pd.MultiIndex.from_tuples(subjects) if many else pd.Index(subjects)
    return table.reindex(index=rows, columns=columns).fillna(missing)
