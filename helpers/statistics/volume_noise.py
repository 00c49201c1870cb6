"""Does it matter to a patient? How far two trainings of one network differ in a patient's volume.

The same scan is segmented by the same network, trained again. The noise of a second scan and true
change are not in it. Whoever keeps one trained network and uses it twice does not meet this noise;
whoever trains it again between two visits does: a patient whose volume two trainings report more
than a year of ageing apart cannot be followed across them.

All is in % of the patient's mean drawn volume, not on a log scale, on which an empty volume has no
place. Below an SD of 10 % the SDs of both scales agree to a hundredth of themselves; an RC of 14 %
is −13 to +15 % as a ratio of two volumes.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.statistics.repeatability import TWO_RUNS


@dataclass(frozen=True)
class YearlyLoss:
    """What a hippocampus loses in a year: ``percent`` of its volume, with its 95 % ``ci``."""

    name: str
    percent: float
    ci: tuple[float, float]


# Barnes et al., Neurobiol Aging 2009;30:1711: a meta-analysis of longitudinal MRI.
AGEING = YearlyLoss("healthy ageing", 1.41, (0.52, 2.30))
ALZHEIMER = YearlyLoss("Alzheimer's disease", 4.66, (3.92, 5.40))
HIPPOCAMPUS = (AGEING, ALZHEIMER)


@dataclass(frozen=True)
class VolumeNoise:
    """How far the volumes of an arm's patients scatter over its trainings, in %.

    patients : frame, a row a patient, the least repeatable first: ``fold`` (None where it changes),
               ``trainings``, ``distinct`` and ``empty`` (of the trainings: how many differ, and how
               many drew nothing), ``mean_ml``, ``sd_percent``, its χ² interval ``sd_lower`` and
               ``sd_upper``, ``rc_percent`` and its one-sided 95 % bound ``rc_upper``
    sd, rc   : of the median patient
    sd_ci, rc_upper : 95 % interval and one-sided 95 % bound of a bootstrap over folds

    A patient of one training has an SD of NaN and is not in the median. Where trainings repeat,
    intervals and bounds are NaN; so are those of the median below five folds.
    """

    arm: str
    patients: pd.DataFrame
    sd: float
    sd_ci: tuple[float, float]
    rc_upper: float

    @property
    def rc(self):
        """The repeatability coefficient of the median patient's volume, %."""
        return TWO_RUNS * self.sd

    @property
    def known(self):
        """The rows of ``patients`` that have an SD."""
        return self.patients[self.patients["sd_percent"].notna()]

    @property
    def identical(self):
        """Whether every patient's trainings are one and the same."""
        known = self.known
        return bool(len(known) and (known["distinct"] == 1).all())

    @property
    def repeat(self):
        """Whether any patient has fewer distinct trainings than trainings."""
        return bool((self.known["distinct"] < self.known["trainings"]).any())

    @property
    def worst(self):
        """The row of the patient whose volume scatters most, None where none does."""
        known = self.known
        return known.iloc[0] if len(known) and known["sd_percent"].iloc[0] > 0 else None

    @property
    def trainings(self):
        """How many trainings drew a patient, as a text: "20", or "18 to 20"."""
        least, most = self.patients["trainings"].min(), self.patients["trainings"].max()
        return f"{most}" if least == most else f"{least} to {most}"

    def above(self, percent):
        """How many patients have an RC above so many percent of their volume."""
        return int((self.known["rc_percent"] > percent).sum())

    def against(self, loss):
        """The median patient's RC beside a `YearlyLoss`: "below", "above" or "not told apart"."""
        if self.identical or self.rc_upper < loss.percent:
            return "below"
        return "above" if TWO_RUNS * self.sd_ci[0] > loss.percent else "not told apart"

    def __str__(self):
        count = len(self.known)
        if not count:
            return "Not shown: one training says nothing about the scatter of a volume."
        if self.identical:
            said = f"Identical: {self.trainings} trainings draw each of {count} patients alike"
            return f"{said}.{self._unusual()}"
        return (
            f"Over {self.trainings} trainings the volume of the median of {count} patients has an "
            f"SD of {self.sd:.2f} % ({interval(*self.sd_ci)}); two trainings are estimated to "
            f"differ by less than {self.rc:.1f} % 95 % of the time ({bound(self.rc_upper)})."
            f"{self._worst()}{self._unusual()}"
        )

    def _worst(self):
        worst = self.worst
        if worst is None:
            return ""
        if np.isinf(worst.sd_percent):
            return f" For {worst.name} no training drew anything."
        return (
            f" The least repeatable is {worst.name}: SD {worst.sd_percent:.2f} % "
            f"({interval(worst.sd_lower, worst.sd_upper)}), RC {worst.rc_percent:.1f} % "
            f"({bound(worst.rc_upper)})."
        )

    def _unusual(self):
        empty = self.patients.index[self.patients["empty"] > 0]
        alone = len(self.patients) - len(self.known)
        said = [
            f"{_named(empty)}: trainings drew nothing, which counts as 0 ml; where "
            "all did, the SD counts as without limit."
        ] * bool(len(empty))
        said += [f"{alone} patients have one training, and no SD."] * bool(alone)
        repeats = self.repeat and not self.identical
        said += ["Some trainings repeat others to the bit: no interval is valid."] * repeats
        return "".join(f" {one}" for one in said)


def frame(found, losses=HIPPOCAMPUS):
    """One row an arm of `volume_noise`: median and least repeatable patient, and counts.

    SD and RC are in %; for each of the ``losses`` how many patients have an RC above it.
    """
    return pd.DataFrame([_row(noise, losses) for noise in found.values()])


def _named(names, most=10):
    more = f" and {len(names) - most} others" if len(names) > most else ""
    return ", ".join(map(str, names[:most])) + more


def interval(low, high):
    """An interval in % as a text: "1.90 to 2.80", or "no interval"."""
    return "no interval" if np.isnan(low) else f"{low:.2f} to {high:.2f}"


def bound(upper):
    """An upper bound in % as a text: "upper bound 7.6", or "no bound"."""
    return "no bound" if np.isnan(upper) else f"upper bound {upper:.1f}"


def _row(noise, losses):
    worst = noise.worst
    named = [] if worst is None else [worst.name, *worst[["sd_percent", "sd_lower", "sd_upper"]]]
    bounds = [] if worst is None else [*worst[["rc_percent", "rc_upper"]]]
    columns = ("worst", "worst_sd", "worst_sd_lower", "worst_sd_upper", "worst_rc")
    of_worst = dict(zip((*columns, "worst_rc_upper"), named + bounds, strict=False))
    return {
        "arm": noise.arm,
        "patients": len(noise.known),
        "trainings": noise.trainings,
        "identical": noise.identical,
        "sd": noise.sd,
        "sd_lower": noise.sd_ci[0],
        "sd_upper": noise.sd_ci[1],
        "rc": noise.rc,
        "rc_upper": noise.rc_upper,
        **of_worst,
        **{f"above {loss.name}": noise.above(loss.percent) for loss in losses},
    }
