"""What a vote gains: the voxels that more than half of R runs drew, against a single one of them.

The gain of a patient is the DSC of the vote less the mean DSC of the runs. Its interval is over
patients, and takes into account that those of a fold share their trained networks: Student's t with
one degree of freedom less than there are folds, and the standard error of sums over folds (CR1 of
Cameron and Miller, J Hum Resour 2015;50:317).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from helpers.statistics.repeatability import LEVEL

FEW = 5  # folds: below, no interval is given


@dataclass(frozen=True)
class Vote:
    """What the vote of an arm's runs gains.

    patients : frame by patient: ``fold``, ``single_percent``, ``vote_percent``, ``gain`` (points of
               DSC), ``disputed_percent``: of the voxels that any run drew those that not all did
    gain, ci : mean over patients and its 95 % interval, points; NaN below five folds
    """

    arm: str
    runs: int
    patients: pd.DataFrame
    gain: float
    ci: tuple[float, float]

    @property
    def identical(self):
        """Whether all runs drew the same, so that there is nothing to vote on."""
        return not self.patients["disputed_percent"].any()

    def __str__(self):
        if self.runs < 2:
            return "one run has nobody to vote with."
        if self.identical:
            return f"all {self.runs} runs drew the same masks: a vote changes nothing."
        single, vote = self.patients[["single_percent", "vote_percent"]].mean()
        better = int((self.patients["gain"] > 0).sum())
        voted = "what both runs drew" if self.runs == 2 else f"the majority of {self.runs} runs"
        return (
            f"{voted} has a mean DSC of {vote:.2f} %, one run "
            f"{single:.2f} %: a vote gains {self.gain:+.2f} points ({_interval(self.ci)}), and "
            f"more than nothing in {better} of {len(self.patients)} patients."
        )


def votes(table):
    """`Vote` of each arm of a table: dict by arm.

    table : one row a patient and arm: arm, patient, subject, fold, runs, single_percent,
            vote_percent, disputed_percent; of a subject with several images it is their mean
    """
    if table.empty:
        return {}
    return {arm: _vote(arm, rows) for arm, rows in table.groupby("arm", sort=False)}


def clustered_mean(values, cluster):
    """The mean of values and its 95 % interval, a tuple; values that share a cluster are alike.

    values, cluster : (n,) numbers, and the name of the cluster of each
    """
    values, cluster = np.asarray(values, float), np.unique(cluster, return_inverse=True)[1]
    mean, count = values.mean(), cluster.max() + 1
    if count < FEW:
        return mean, (np.nan, np.nan)
    sums = np.bincount(cluster, values - mean)
    error = np.sqrt(count / (count - 1) * (sums**2).sum()) / len(values)
    half = stats.t.ppf(0.5 + LEVEL / 2, count - 1) * error
    return float(mean), (float(mean - half), float(mean + half))


def _vote(arm, rows):
    numbers = ["fold", "single_percent", "vote_percent", "disputed_percent"]
    patients = rows.groupby("subject")[numbers].mean()
    patients = patients.assign(gain=patients["vote_percent"] - patients["single_percent"])
    gain, ci = clustered_mean(patients["gain"], patients["fold"])
    return Vote(arm, int(rows["runs"].min()), patients, gain, ci)


def _interval(ci):
    if np.isnan(ci[0]):
        return f"fewer than {FEW} folds give no interval"
    return f"95 % interval over patients {ci[0]:+.2f} to {ci[1]:+.2f}"
